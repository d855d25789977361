// The parameters by which every AWS module is told where to go and as whom, named as in Ansible's collections.
import { optional, secret, str, type Parameters } from '../../engine/module/kinds.ts';
import { completeAccess, type AwsAccess } from '../../aws/access.ts';

export const awsParameters = {
  region: optional(
    str({ aliases: ['aws_region', 'ec2_region'], doc: 'Region; else AWS_REGION, or the profile’s own' }),
  ),
  profile: optional(str({ aliases: ['aws_profile'], doc: 'Profile of ~/.aws; else AWS_PROFILE' })),
  access_key: optional(
    str({
      aliases: ['aws_access_key_id', 'aws_access_key', 'ec2_access_key'],
      doc: 'Key id; else AWS_ACCESS_KEY_ID',
    }),
  ),
  secret_key: optional(secret({ aliases: ['aws_secret_access_key', 'aws_secret_key', 'ec2_secret_key'] })),
  session_token: optional(
    secret({ aliases: ['aws_session_token', 'security_token', 'aws_security_token', 'access_token'] }),
  ),
  assume_role_arn: optional(str({ aliases: ['iam_role_arn'], doc: 'Role to take on first' })),
  endpoint_url: optional(
    str({
      aliases: ['ec2_url', 'aws_endpoint_url', 's3_url'],
      doc: 'Another address for AWS; else AWS_ENDPOINT_URL',
    }),
  ),
};

/** Where and as whom, with what the environment adds. */
export function accessOf(params: Parameters<typeof awsParameters>): AwsAccess {
  const {
    region,
    profile,
    access_key: accessKey,
    secret_key: secretKey,
    session_token: sessionToken,
  } = params;
  const { assume_role_arn: roleArn, endpoint_url: endpointUrl } = params;
  const given = { region, profile, accessKey, secretKey, sessionToken, roleArn, endpointUrl };
  const named = Object.entries(given).filter(([, value]) => value !== undefined && value !== '');
  return completeAccess(Object.fromEntries(named), process.env);
}
