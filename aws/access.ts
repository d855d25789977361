// Who speaks to AWS, where: what a task or an inventory file gives, completed from the environment as boto3 and the
// AWS command line read it. Values that are not here (files under ~/.aws, instance roles) are the SDK's to find.

/** What may be given; nothing else names an account or a place. Secrets stand here and in the SDK's clients only. */
export interface AwsAccess {
  readonly region?: string;
  readonly profile?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
  readonly sessionToken?: string;
  /** A role to take on with the credentials above. */
  readonly roleArn?: string;
  /** Another address for all services: a test's, or a private endpoint. */
  readonly endpointUrl?: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

const regionNames = ['AWS_REGION', 'AWS_DEFAULT_REGION', 'EC2_REGION'];
const profileNames = ['AWS_PROFILE', 'AWS_DEFAULT_PROFILE'];
const endpointNames = ['AWS_URL', 'EC2_URL', 'AWS_ENDPOINT_URL'];

function first(environment: Environment, names: readonly string[]): string | undefined {
  return names.map((name) => environment[name]).find((value) => value !== undefined && value !== '');
}

/**
 * The same with region, profile and endpoint from the environment where nothing was given. The SDK reads no
 * AWS_DEFAULT_REGION, so it is read here.
 */
export function completeAccess(given: AwsAccess, environment: Environment): AwsAccess {
  const region = given.region ?? first(environment, regionNames);
  const profile =
    given.profile ?? (given.accessKey === undefined ? first(environment, profileNames) : undefined);
  const endpointUrl = given.endpointUrl ?? first(environment, endpointNames);
  return {
    ...given,
    ...(region === undefined ? {} : { region }),
    ...(profile === undefined ? {} : { profile }),
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  };
}

/** What tells two accesses apart, without a secret: clients, answers and caches are kept by it. */
export function accessName(access: AwsAccess): string {
  const { region, profile, accessKey, roleArn, endpointUrl } = access;
  return [region, profile, accessKey, roleArn, endpointUrl].map((part) => part ?? '').join(' ');
}
