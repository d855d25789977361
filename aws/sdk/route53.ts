// The calls of Route 53 that we make. Loaded when first used.
export {
  ListResourceRecordSetsCommand,
  paginateListHostedZones,
  Route53Client,
} from '@aws-sdk/client-route-53';
