// Key pairs of EC2: how they are found, and what is done to them. Private keys are none of ours: a pair is made on the
// host of the task by ssh-keygen, and its public half alone goes to AWS.
import type { AwsAccess } from '../../aws/access.ts';
import type { Aws } from '../../aws/clients.ts';
import { AwsFailure, isDuplicate } from '../../aws/failure.ts';
import { makeOnce } from '../../aws/once.ts';
import { onceShown, unlessGone } from '../../aws/passing.ts';
import type { HostAccess } from '../../engine/module/contract.ts';
import { sh } from '../../engine/module/quote.ts';
import { changesTo, defineAwsChange, defineAwsType, pendingId, withThing, type Tags } from './aws_api.ts';
import { changeEc2Tags, filterItems, taggedAs, tagsFrom, withTagChange, type TagChange } from './aws_tags.ts';
import { fingerprintOf, publicKeyIn } from './ssh_public_keys.ts';

/** Named as in Ansible's results. */
export type KeyPair = Readonly<{
  id: string;
  name: string;
  type: string;
  fingerprint: string;
  /** Empty where AWS does not show it. */
  public_key: string;
  tags: Tags;
}>;

export const keyPairs = defineAwsType<KeyPair>({
  name: 'key pair',
  list: async (aws, filters, signal) => {
    const { client, sdk } = await aws.ec2();
    const command = new sdk.DescribeKeyPairsCommand({
      Filters: filterItems(filters),
      IncludePublicKey: true,
    });
    const reply = await client.send(command, { abortSignal: signal });
    return (reply.KeyPairs ?? []).map((one) => ({
      id: one.KeyPairId ?? '',
      name: one.KeyName ?? '',
      type: one.KeyType ?? 'rsa',
      fingerprint: one.KeyFingerprint ?? '',
      public_key: (one.PublicKey ?? '').trim(),
      tags: tagsFrom(one.Tags),
    }));
  },
  fields: { 'key-name': ({ name }) => name },
});

/** Whether AWS has this public key under the name: by the key itself, else by its fingerprint. */
export function isSameKey(pair: KeyPair, text: string): boolean {
  const wanted = publicKeyIn(text);
  if (!wanted) return false;
  const shown = publicKeyIn(pair.public_key);
  return shown ? shown.blob === wanted.blob : pair.fingerprint.replace(/=+$/, '') === fingerprintOf(wanted);
}

interface Import {
  readonly access: AwsAccess;
  readonly name: string;
  /** The public key, or the file on the host that holds it once the run has made it. */
  readonly key: { readonly text: string } | { readonly file: string };
  readonly tags: Tags;
  /** One of this name that goes first. */
  readonly instead: boolean;
}

async function textOf({ key }: Import, host: HostAccess): Promise<string> {
  if ('text' in key) return key.text;
  const { rc, stdout, stderr } = await host.run({ script: sh`cat -- ${key.file}`.text });
  if (rc === 0) return stdout.toString('utf8');
  const reason = stderr.toString('utf8').trim();
  throw new AwsFailure('NoPublicKey', 'ec2:ImportKeyPair', `Cannot read ${key.file}: ${reason}`);
}

async function importNow(
  aws: Aws,
  { name, tags, instead }: Import,
  text: string,
  signal: AbortSignal,
): Promise<KeyPair> {
  const { client, sdk } = await aws.ec2('once');
  const options = { abortSignal: signal };
  const look = async (): Promise<KeyPair | undefined> =>
    (await keyPairs.type.list(aws, { 'key-name': [name] }, signal)).find((one) => isSameKey(one, text));
  if (instead) await unlessGone(() => client.send(new sdk.DeleteKeyPairCommand({ KeyName: name }), options));
  const command = new sdk.ImportKeyPairCommand({
    KeyName: name,
    PublicKeyMaterial: Buffer.from(`${text.trim()}\n`),
    ...taggedAs('key-pair', tags),
  });
  const make = async (): Promise<true> => {
    try {
      await client.send(command, options);
    } catch (error) {
      if (!isDuplicate(error) || !(await look())) throw error;
    }
    return true;
  };
  await makeOnce(make, async () => ((await look()) ? true : undefined), signal);
  return onceShown({ what: `the key ${name}`, seconds: visibleWithin, signal }, async () => {
    const made = await look();
    return made ? [made] : [];
  });
}

/** Seconds until AWS must show what it made. */
const visibleWithin = 60;

function foretold({ name, key, tags }: Import): KeyPair {
  const found = 'text' in key ? publicKeyIn(key.text) : undefined;
  return {
    id: pendingId('key pair', name),
    name,
    type: found?.type === 'ssh-rsa' ? 'rsa' : 'ed25519',
    fingerprint: found ? fingerprintOf(found) : '',
    public_key: found ? `${found.type} ${found.blob}` : '',
    tags,
  };
}

/** Gives the pair as AWS shows it. */
export const importKeyPair = defineAwsChange({
  name: 'import key pair',
  describe: ({ name, instead }: Import) => `${instead ? 'replace' : 'import'} the key ${name}`,
  act: async (args: Import, aws, signal, host) => importNow(aws, args, await textOf(args, host), signal),
  effects: [
    changesTo(keyPairs, (args: Import, found, made?: KeyPair) =>
      withThing(
        found.filter(({ name }) => name !== args.name),
        made ?? foretold(args),
      ),
    ),
  ],
});

interface OfPair {
  readonly access: AwsAccess;
  readonly name: string;
}

type Retagging = OfPair & { readonly id: string; readonly tags: TagChange };

export const tagKeyPair = defineAwsChange({
  name: 'tag key pair',
  describe: ({ name }: Retagging) => `change tags of the key ${name}`,
  act: ({ id, tags }, aws, signal) => changeEc2Tags(aws, id, tags, signal),
  effects: [
    changesTo(keyPairs, ({ id, tags }: Retagging, found) =>
      found.map((one) => (one.id === id ? { ...one, tags: withTagChange(one.tags, tags) } : one)),
    ),
  ],
});

export const deleteKeyPair = defineAwsChange({
  name: 'delete key pair',
  describe: ({ name }: OfPair) => `delete the key ${name}`,
  act: async ({ name }, aws, signal) => {
    const { client, sdk } = await aws.ec2();
    const command = new sdk.DeleteKeyPairCommand({ KeyName: name });
    await unlessGone(() => client.send(command, { abortSignal: signal }));
  },
  effects: [changesTo(keyPairs, ({ name }: OfPair, found) => found.filter((one) => one.name !== name))],
});
