// The calls of Systems Manager that we make. Loaded when first used.
export { paginateGetInventory, SSMClient } from '@aws-sdk/client-ssm';
