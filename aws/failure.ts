// What AWS refuses, as a value with the call, the place and what to do. Codes are those of the EC2 API reference
// (Error codes) and of the SDK's own credential chain.

/** A call that failed for good: the SDK has tried again where that could help. */
export class AwsFailure extends Error {
  /** As AWS names it: `InvalidVpcID.NotFound`. */
  readonly code: string;
  /** `ec2:CreateVpc`, as IAM policies name it. */
  readonly action: string;

  constructor(code: string, action: string, message: string) {
    super(message);
    this.code = code;
    this.action = action;
  }
}

interface Thrown {
  readonly name?: string;
  readonly Code?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
  readonly $response?: { readonly statusCode?: number };
}

/** EC2 adds a thousand characters that only `aws sts decode-authorization-message` reads. */
const encoded = /\s*Encoded authorization failure message: \S+/;
const refused = /^(?:UnauthorizedOperation|AccessDenied(?:Exception)?|Client\.UnauthorizedOperation)$/;
const notAuthorized = /not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)/;
const expired = /^(?:ExpiredToken(?:Exception)?|RequestExpired|TokenRefreshRequired)$/;
const unknownCaller =
  /^(?:AuthFailure|InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|InvalidAccessKeyId)$/;
const throttled =
  /^(?:RequestLimitExceeded|Throttling(?:Exception)?|ThrottledException|TooManyRequestsException|RequestThrottled(?:Exception)?|SlowDown|BandwidthLimitExceeded|PriorRequestNotComplete)$/;
const noCredentials = /^(?:CredentialsProviderError|TokenProviderError)$/;
const unreachable =
  /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ETIMEDOUT|TimeoutError)$/;

function codeOf(thrown: Thrown): string {
  const named = [thrown.Code, thrown.code, thrown.name].find((one) => one !== undefined && one !== 'Error');
  return named ?? 'Error';
}

function statusOf(thrown: Thrown): number | undefined {
  return thrown.$metadata?.httpStatusCode ?? thrown.$response?.statusCode;
}

export function isThrottled(code: string): boolean {
  return throttled.test(code);
}

/** Whether the call may have been done although it failed: no reply came, or a fault of the server's. */
export function isOutcomeUnknown(error: unknown): boolean {
  if (!(error instanceof AwsFailure)) return false;
  return unreachable.test(error.code) || error.code === 'ServerFault' || error.code === 'RequestTimeout';
}

/** Any `Something.NotFound` or `NoSuchEntity`. */
export function isNotFound(error: unknown): boolean {
  return (
    error instanceof AwsFailure && /NotFound(?:Exception)?$|^NoSuchEntity|^NoSuchHostedZone/.test(error.code)
  );
}

/** What was to be made is there already: `InvalidGroup.Duplicate`, `RouteAlreadyExists`, `EntityAlreadyExists`. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof AwsFailure && /Duplicate|AlreadyExists|AlreadyAssociated/.test(error.code);
}

/** The thrown value of an SDK call as our failure; `profile` is the one by which credentials were sought. */
export function toFailure(error: unknown, action: string, place: string, profile?: string): AwsFailure {
  if (error instanceof AwsFailure) return error;
  const thrown = error as Thrown;
  const code = codeOf(thrown);
  const status = statusOf(thrown);
  const message = (thrown.message ?? String(error)).replace(encoded, '').trim().replace(/\.$/, '');
  const say = (what: string, kept = code): AwsFailure => new AwsFailure(kept, action, what);
  if (refused.test(code)) {
    // A call may want more than its own action: RunInstances with tags wants CreateTags, and with a profile PassRole.
    const lacking = notAuthorized.exec(message)?.[1] ?? action;
    const asked = lacking === action ? action : `${lacking}, which ${action} asks for,`;
    return say(
      `AWS does not allow ${asked} in ${place}: ${message}. Add to the caller's IAM policy: { "Effect": "Allow", "Action": "${lacking}", "Resource": "*" }`,
    );
  }
  if (expired.test(code))
    return say(`The AWS credentials have expired (${action} in ${place}): sign in again, or renew the token`);
  if (unknownCaller.test(code))
    return say(`AWS does not know the credentials (${action} in ${place}): ${message}`);
  if (noCredentials.test(code) && profile !== undefined)
    return say(
      `No AWS credentials for ${action} by the profile ${profile}: ${message}. Look for [${profile}] in ~/.aws/credentials and [profile ${profile}] in ~/.aws/config, or give another profile`,
    );
  if (noCredentials.test(code))
    return say(
      `No AWS credentials for ${action}: ${message}. Set AWS_PROFILE, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give profile`,
    );
  if (throttled.test(code))
    return say(
      `AWS limits the rate of ${action} in ${place}, and still did after ${thrown.$metadata?.attempts ?? 1} tries`,
    );
  if (unreachable.test(code)) return say(`${action} got no reply from ${place}: ${message || code}`);
  if (status !== undefined && status >= 500)
    return say(
      `${action} met a fault of the endpoint in ${place} (HTTP ${status}): ${message.split('\n')[0] ?? ''}`,
      'ServerFault',
    );
  return say(`${action} in ${place}: ${code}: ${message}`);
}
