// What playbooks/aws/iam_policy.json allows besides the calls that infra.yml, access.yml, destroy.yml and the inventory
// make of an empty account on moto: by the reason why no run on moto shows it.

export const policyExtras: Readonly<Record<string, readonly string[]>> = {
  // AWS asks for it where another call names tags, a role, groups of a balancer, or a service that has none of its roles
  // yet; moto does not.
  'asked beside another call': [
    'autoscaling:CreateOrUpdateTags',
    'ec2:DescribeAccountAttributes',
    'ec2:GetSecurityGroupsForVpc',
    'elasticloadbalancing:AddTags',
    'iam:CreateServiceLinkedRole',
    'iam:PassRole',
    'iam:TagInstanceProfile',
    'iam:TagRole',
  ],
  'asked when something failed': ['autoscaling:DescribeScalingActivities'],
  'made when a shape was changed': [
    'autoscaling:AttachLoadBalancerTargetGroups',
    'autoscaling:DeletePolicy',
    'autoscaling:DeleteTags',
    'autoscaling:DetachLoadBalancerTargetGroups',
    'autoscaling:UpdateAutoScalingGroup',
    'ec2:AssociateIamInstanceProfile',
    'ec2:CreateLaunchTemplateVersion',
    'ec2:DeleteRoute',
    'ec2:DescribeIamInstanceProfileAssociations',
    'ec2:DescribeInstanceAttribute',
    'ec2:DescribeSpotInstanceRequests',
    'ec2:DisassociateVpcCidrBlock',
    'ec2:ModifyInstanceMetadataOptions',
    'ec2:ModifyLaunchTemplate',
    'ec2:ReplaceIamInstanceProfileAssociation',
    'ec2:ReplaceRoute',
    'ec2:ReplaceRouteTableAssociation',
    'ec2:StartInstances',
    'ec2:StopInstances',
    'ec2:UpdateSecurityGroupRuleDescriptionsEgress',
    'ec2:UpdateSecurityGroupRuleDescriptionsIngress',
    'elasticloadbalancing:DeleteListener',
    'elasticloadbalancing:DeregisterTargets',
    'elasticloadbalancing:ModifyListener',
    'elasticloadbalancing:ModifyTargetGroup',
    'elasticloadbalancing:RemoveTags',
    'elasticloadbalancing:SetSecurityGroups',
    'elasticloadbalancing:SetSubnets',
    'iam:UntagRole',
    'iam:UpdateAssumeRolePolicy',
    'iam:UpdateRole',
  ],
};

const ofNetwork = ['ec2:DescribeInternetGateways', 'ec2:DescribeVpcs'];

/** What AWS's documentation says that a call asks for besides: "API permissions" of load balancing and of Auto Scaling, and of IAM and EC2 the pages on roles for instances. */
export const documentedBeside: Readonly<Record<string, readonly string[]>> = {
  'autoscaling:CreateAutoScalingGroup': [
    'ec2:CreateTags',
    'ec2:RunInstances',
    'iam:CreateServiceLinkedRole',
    'iam:PassRole',
  ],
  'ec2:RunInstances': ['ec2:CreateTags', 'iam:PassRole'],
  'elasticloadbalancing:CreateLoadBalancer': [
    ...ofNetwork,
    'ec2:DescribeAccountAttributes',
    'ec2:DescribeAddresses',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'elasticloadbalancing:AddTags',
    'iam:CreateServiceLinkedRole',
  ],
  'elasticloadbalancing:CreateTargetGroup': [...ofNetwork, 'elasticloadbalancing:AddTags'],
  'elasticloadbalancing:RegisterTargets': [...ofNetwork, 'ec2:DescribeInstances', 'ec2:DescribeSubnets'],
  'elasticloadbalancing:SetSubnets': ['ec2:DescribeSubnets'],
  'iam:AddRoleToInstanceProfile': ['iam:PassRole'],
};
