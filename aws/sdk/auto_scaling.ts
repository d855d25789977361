// The calls of EC2 Auto Scaling that we make. Loaded when first used.
export { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
