// The calls of IAM that we make. Loaded when first used.
export { IAMClient } from '@aws-sdk/client-iam';
