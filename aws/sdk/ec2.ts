// The calls of EC2 that we make, named one by one so that the bundle holds no others. Loaded when first used.
export {
  CreateTagsCommand,
  CreateVpcCommand,
  AssociateVpcCidrBlockCommand,
  DeleteTagsCommand,
  DeleteVpcCommand,
  DescribeVpcAttributeCommand,
  DisassociateVpcCidrBlockCommand,
  EC2Client,
  ModifyVpcAttributeCommand,
  paginateDescribeVpcs,
} from '@aws-sdk/client-ec2';
