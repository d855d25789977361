// Where credentials come from when none are given by name. Loaded when first used.
export { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
