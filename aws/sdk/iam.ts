// The calls of IAM that we make. Loaded when first used.
export { IAMClient, ListAccountAliasesCommand } from '@aws-sdk/client-iam';
