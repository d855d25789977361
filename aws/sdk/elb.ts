// The calls of Elastic Load Balancing (version 2) that we make. Loaded when first used.
export { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
