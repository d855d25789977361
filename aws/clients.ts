// Clients of AWS's services, for one access. The SDK is loaded when a service is first used: a run without AWS loads
// none of it. Every failed call is thrown as AwsFailure, which names the call.
import { type AwsAccess, accessName } from './access.ts';
import { toFailure } from './failure.ts';
import { lastingCredentials } from './lasting_credentials.ts';

/** A client and the commands to give it: `client.send(new sdk.CreateVpcCommand({…}))`. */
export interface Service<Client, Sdk> {
  readonly client: Client;
  readonly sdk: Sdk;
}

type Ec2 = typeof import('./sdk/ec2.ts');
type Elb = typeof import('./sdk/elb.ts');
type AutoScaling = typeof import('./sdk/auto_scaling.ts');
type Iam = typeof import('./sdk/iam.ts');
type Sts = typeof import('./sdk/sts.ts');
type Route53 = typeof import('./sdk/route53.ts');
type Ssm = typeof import('./sdk/ssm.ts');
type Credentials = ReturnType<typeof import('@aws-sdk/credential-providers').fromNodeProviderChain>;

/** `patient`: the SDK tries again. `once`: it does not, for calls whose repetition would make a second thing. */
export type Trying = 'patient' | 'once';

const attempts = 8;
/** Milliseconds. */
const connectWithin = 5000;
const answerWithin = 60_000;

interface Settings {
  readonly region?: string;
  readonly profile?: string;
  readonly credentials: Credentials;
  readonly endpoint?: string;
  readonly maxAttempts: number;
  readonly retryMode: string;
  readonly requestHandler: { readonly connectionTimeout: number; readonly requestTimeout: number };
}

interface Client {
  readonly config: { readonly region: () => Promise<string> };
  readonly middlewareStack: { add(middleware: never, options: { step: 'initialize'; name: string }): void };
  destroy(): void;
}

type Handler = (args: unknown) => Promise<unknown>;

export class Aws {
  readonly access: AwsAccess;
  readonly #made = new Map<string, Promise<Client>>();
  #caller: Promise<Credentials> | undefined;

  constructor(access: AwsAccess) {
    this.access = access;
  }

  /** The same caller in another region: credentials are found, and a role taken on, once for all regions. */
  inRegion(region: string): Aws {
    const other = new Aws({ ...this.access, region });
    this.#caller ??= this.#credentials();
    other.#caller = this.#caller;
    return other;
  }

  /** For messages and for telling accesses apart. */
  get name(): string {
    return accessName(this.access);
  }

  async ec2(trying: Trying = 'patient'): Promise<Service<InstanceType<Ec2['EC2Client']>, Ec2>> {
    const sdk = await import('./sdk/ec2.ts');
    return { sdk, client: await this.#client('ec2', trying, (settings) => new sdk.EC2Client(settings)) };
  }

  async elb(
    trying: Trying = 'patient',
  ): Promise<Service<InstanceType<Elb['ElasticLoadBalancingV2Client']>, Elb>> {
    const sdk = await import('./sdk/elb.ts');
    const make = (settings: Settings) => new sdk.ElasticLoadBalancingV2Client(settings);
    return { sdk, client: await this.#client('elasticloadbalancing', trying, make) };
  }

  async autoScaling(
    trying: Trying = 'patient',
  ): Promise<Service<InstanceType<AutoScaling['AutoScalingClient']>, AutoScaling>> {
    const sdk = await import('./sdk/auto_scaling.ts');
    const make = (settings: Settings) => new sdk.AutoScalingClient(settings);
    return { sdk, client: await this.#client('autoscaling', trying, make) };
  }

  async iam(trying: Trying = 'patient'): Promise<Service<InstanceType<Iam['IAMClient']>, Iam>> {
    const sdk = await import('./sdk/iam.ts');
    return { sdk, client: await this.#client('iam', trying, (settings) => new sdk.IAMClient(settings)) };
  }

  async sts(): Promise<Service<InstanceType<Sts['STSClient']>, Sts>> {
    const sdk = await import('./sdk/sts.ts');
    return { sdk, client: await this.#client('sts', 'patient', (settings) => new sdk.STSClient(settings)) };
  }

  async route53(): Promise<Service<InstanceType<Route53['Route53Client']>, Route53>> {
    const sdk = await import('./sdk/route53.ts');
    const make = (settings: Settings) => new sdk.Route53Client(settings);
    return { sdk, client: await this.#client('route53', 'patient', make) };
  }

  async ssm(): Promise<Service<InstanceType<Ssm['SSMClient']>, Ssm>> {
    const sdk = await import('./sdk/ssm.ts');
    return { sdk, client: await this.#client('ssm', 'patient', (settings) => new sdk.SSMClient(settings)) };
  }

  async close(): Promise<void> {
    for (const made of this.#made.values()) (await made.catch(() => undefined))?.destroy();
    this.#made.clear();
  }

  async #client<C extends Client>(
    service: string,
    trying: Trying,
    make: (settings: Settings) => C,
  ): Promise<C> {
    const key = `${service} ${trying}`;
    const known = this.#made.get(key);
    if (known) return (await known) as C;
    const making = this.#settings(trying).then((settings) => {
      const client = make(settings);
      const place = async (): Promise<string> =>
        client.config.region().catch(() => this.access.endpointUrl ?? 'no region');
      const named = (next: Handler, { commandName = '' }: { readonly commandName?: string }): Handler => {
        const action = `${service}:${commandName.replace(/Command$/, '')}`;
        return (args) =>
          next(args).catch(async (error: unknown) => {
            throw toFailure(error, action, await place(), this.access.profile);
          });
      };
      client.middlewareStack.add(named as never, { step: 'initialize', name: 'hardwayFailures' });
      return client;
    });
    this.#made.set(key, making);
    return making;
  }

  async #settings(trying: Trying): Promise<Settings> {
    // Node 20 is what we promise; the SDK's reminder about it is not for our users.
    process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true';
    const { region, profile, endpointUrl } = this.access;
    return {
      ...(region === undefined ? {} : { region }),
      ...(profile === undefined ? {} : { profile }),
      credentials: await (this.#caller ??= this.#credentials()),
      ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
      maxAttempts: trying === 'once' ? 1 : attempts,
      retryMode: trying === 'once' ? 'standard' : 'adaptive',
      requestHandler: { connectionTimeout: connectWithin, requestTimeout: answerWithin },
    };
  }

  async #credentials(): Promise<Credentials> {
    const { accessKey, secretKey, sessionToken, profile, roleArn, region, endpointUrl } = this.access;
    const { fromNodeProviderChain, fromTemporaryCredentials } = await import('./sdk/credentials.ts');
    const own: Credentials =
      accessKey === undefined
        ? fromNodeProviderChain(profile === undefined ? {} : { profile })
        : () =>
            Promise.resolve({
              accessKeyId: accessKey,
              secretAccessKey: secretKey ?? '',
              ...(sessionToken === undefined ? {} : { sessionToken }),
            });
    if (roleArn === undefined) return lastingCredentials(own);
    const taken = fromTemporaryCredentials({
      masterCredentials: own,
      params: { RoleArn: roleArn, RoleSessionName: 'hardway' },
      clientConfig: {
        ...(region === undefined ? {} : { region }),
        ...(endpointUrl === undefined ? {} : { endpoint: endpointUrl }),
      },
    });
    return lastingCredentials(taken);
  }
}
