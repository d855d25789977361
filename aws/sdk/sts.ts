// The calls of STS that we make. Loaded when first used.
export { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
