// The calls of Route 53 that we make. Loaded when first used.
export type { ResourceRecordSet } from '@aws-sdk/client-route-53';
export {
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  ListResourceRecordSetsCommand,
  paginateListHostedZones,
  Route53Client,
} from '@aws-sdk/client-route-53';
