// Keeps a key pair of EC2 by its name: of a public key that is given, or of a pair of files on the host, which is made
// when it is not there. The private key stays where ssh-keygen writes it (0600): AWS never has it, and no result shows it.
import type { Plan, Step } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, dict, oneOf, optional, path, str, type Parameters } from '../engine/module/kinds.ts';
import { makeSshKey, sshKey, type SshKey } from '../engine/module/vocabulary/ssh_key.ts';
import { isPending } from './shared/aws_api.ts';
import { isOwned, leftAlone, ownedParams } from './shared/aws_owned.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { tagChange, tagsOf } from './shared/aws_tags.ts';
import {
  deleteKeyPair,
  importKeyPair,
  isSameKey,
  keyPairs,
  tagKeyPair,
  type KeyPair,
} from './shared/ec2_key_pairs.ts';
import { publicKeyIn } from './shared/ssh_public_keys.ts';

const params = {
  name: str(),
  key_material: optional(str({ doc: 'The public key, as a line of an authorized_keys file' })),
  file_name: optional(
    path({
      doc: 'Private key on the host, the public one in FILE.pub; both are made when they are not there',
    }),
  ),
  key_type: optional(oneOf('rsa', 'ed25519', { doc: 'Of a pair that is made; default: ed25519' })),
  force: optional(bool({ doc: 'Replace another key of this name' }), true),
  tags: optional(dict({ aliases: ['resource_tags'] })),
  purge_tags: optional(bool({ doc: 'Remove tags that are not named' }), true),
  state: optional(oneOf('present', 'absent', { doc: 'absent leaves the files' }), 'present'),
  ...ownedParams,
  ...awsParameters,
};

type Wish = Parameters<typeof params>;

interface Seen {
  readonly pairs: readonly KeyPair[];
  readonly files?: SshKey;
}

const rsaBits = 4096;

function makeFiles({ file_name: file = '', key_type: type = 'ed25519', name }: Wish, owner: string): Step {
  const bits = type === 'rsa' ? rsaBits : 0;
  return makeSshKey({ path: file, owner, type, bits, comment: name, passphrase: undefined });
}

function retag(wish: Wish, pair: KeyPair): Step[] {
  const tags = tagChange(pair.tags, tagsOf(wish.tags), wish.purge_tags);
  return tags ? [tagKeyPair({ access: accessOf(wish), name: wish.name, id: pair.id, tags })] : [];
}

/** A public key that is there. */
function fromText(wish: Wish, pair: KeyPair | undefined, text: string): Plan {
  if (!publicKeyIn(text))
    return { steps: [], fail: 'EC2 takes public keys as a line that begins with ssh-ed25519 or ssh-rsa' };
  const { name } = wish;
  if (pair && isSameKey(pair, text)) return { steps: retag(wish, pair) };
  if (pair && !wish.force)
    return {
      steps: retag(wish, pair),
      warnings: [`EC2 has another key ${name}, and force is off: it stays`],
    };
  const tags = { ...pair?.tags, ...tagsOf(wish.tags) };
  return {
    steps: [
      importKeyPair({ access: accessOf(wish), name, key: { text }, tags, instead: pair !== undefined }),
    ],
  };
}

function fromFiles(wish: Wish, pair: KeyPair | undefined, files: SshKey, user: string): Plan {
  const { name, file_name: file = '' } = wish;
  if (files.hasPrivate && !files.hasPublic)
    return { steps: [], fail: `${file}.pub is missing: make it by ssh-keygen -y -f ${file} > ${file}.pub` };
  if (files.publicKey !== '') return fromText(wish, pair, files.publicKey);
  // The run is about to make these files: their text is not known yet.
  if (files.hasPublic && isPending(pair?.id)) return { steps: [] };
  if (pair && !files.hasPublic)
    return {
      steps: retag(wish, pair),
      warnings: [`EC2 has a key ${name} whose private half is not at ${file}`],
    };
  const tags = { ...pair?.tags, ...tagsOf(wish.tags) };
  const key = { file: `${file}.pub` };
  return {
    steps: [
      ...(files.hasPublic ? [] : [makeFiles(wish, user)]),
      importKeyPair({ access: accessOf(wish), name, key, tags, instead: pair !== undefined }),
    ],
  };
}

export const ec2Key = defineModule({
  name: 'ec2_key',
  fullNames: ['amazon.aws.ec2_key'],
  summary: 'Keep a key pair of EC2',
  constraints: { mutuallyExclusive: [['key_material', 'file_name']] },
  params,
  returns: { key: dict({ doc: 'id, name, type, fingerprint, public_key, tags; empty when absent' }) },
  seen: answers<Seen>(),
  probes: (wish, seen) => {
    if (seen.pairs) return done;
    const { file_name: file, state } = wish;
    return {
      pairs: keyPairs.ask(accessOf(wish), { 'key-name': [wish.name] }),
      ...(file === undefined || state === 'absent' ? {} : { files: sshKey(file) }),
    };
  },
  plan: (wish, { pairs, files }, { user }) => {
    const access = accessOf(wish);
    const { name, key_material: text } = wish;
    const pair = pairs.find((one) => one.name === name);
    if (pair && !isOwned(wish, pair.tags)) return leftAlone(wish, `Key ${name}`);
    if (wish.state === 'absent') return { steps: pair ? [deleteKeyPair({ access, name })] : [] };
    if (text !== undefined) return fromText(wish, pair, text);
    if (files) return fromFiles(wish, pair, files, user);
    if (pair) return { steps: retag(wish, pair) };
    return {
      steps: [],
      fail: `EC2 has no key ${name}: give key_material, or file_name for a pair that is made on the host`,
    };
  },
  result: ({ name }, _before, _outcomes, after) => ({
    key: after.pairs.find((one) => one.name === name) ?? {},
  }),
});
