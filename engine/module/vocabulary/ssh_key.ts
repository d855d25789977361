// A pair of SSH keys on the host, made there by ssh-keygen; the private one is never read.
import type { Output, Probe, ProbeKind, Step, StepFailure, StepKind, Uncertain } from '../contract.ts';
import { effect, probe, step } from '../probe_identity.ts';
import { lines, sh } from '../quote.ts';
import { newDirectory } from './make_directory.ts';
import { directoryOf, isInside, samePath } from './paths.ts';
import { contentKind } from './content.ts';
import { listingKind } from './listing.ts';
import { statKind } from './stat.ts';

export interface SshKeyQuestion {
  /** Of the private key. */
  readonly path: string;
}

export interface SshKey {
  readonly hasPrivate: boolean;
  readonly hasPublic: boolean;
  /** As `ssh-keygen -l` prints it; empty when it cannot. */
  readonly fingerprint: string;
  /** The line of the public key; empty when there is none. */
  readonly publicKey: string;
}

const look = sh`[ -e "$p" ] && echo yes || echo no
[ -e "$p.pub" ] && echo yes || echo no
ssh-keygen -l -f "$p" 2>/dev/null | head -n 1 | grep . || echo
head -n 1 -- "$p.pub" 2>/dev/null | grep . || echo`;

function parse({ stdout }: Output): SshKey {
  const [ours, others, fingerprint = '', publicKey = ''] = stdout.toString('utf8').split('\n');
  return {
    hasPrivate: ours === 'yes',
    hasPublic: others === 'yes',
    fingerprint: fingerprint.trim(),
    publicKey: publicKey.trim(),
  };
}

export const sshKeyKind: ProbeKind<SshKeyQuestion, SshKey> = {
  name: 'ssh key',
  stability: 'stable',
  target: 'host',
  ask: ({ path }) => ({
    script: lines(sh`p=${path}`, look).text,
  }),
  parse,
};

export function sshKey(path: string): Probe<SshKey> {
  return probe(sshKeyKind, { path });
}

export interface MakeSshKey extends SshKeyQuestion {
  readonly owner: string;
  readonly type: string;
  /** 0: as ssh-keygen thinks best. */
  readonly bits: number;
  /** Undefined: with the name of the host, as the host says it. */
  readonly comment: string | undefined;
  /** Given to the host on standard input. */
  readonly passphrase: string | undefined;
}

const inFolder = ({ path }: MakeSshKey, question: { readonly path: string }): boolean =>
  isInside(question.path, directoryOf(path)) || isInside(path, question.path);
const notKnown = ({ path }: MakeSshKey): Uncertain<never> => ({ uncertain: [], waitsFor: `the key ${path}` });

/** The key is random, so nobody can say it before. Without a terminal ssh-keygen reads a passphrase from its input. */
export const makeSshKeyKind: StepKind<MakeSshKey, SshKey> = {
  name: 'make ssh key',
  target: 'host',
  perform: ({ path, owner, type, bits, comment, passphrase }) => ({
    script: lines(
      sh`p=${path} d=${directoryOf(path)} u=${owner}
own="$(id -u -- "$u"):$(id -g -- "$u")" || exit 1
[ -d "$d" ] || { mkdir -- "$d" && chmod 0700 -- "$d" && chown "$own" "$d"; } || exit 1
rm -f -- "$p" "$p.pub"
unset DISPLAY SSH_ASKPASS`,
      comment === undefined ? sh`c="ansible-generated on $(uname -n)"` : sh`c=${comment}`,
      sh`ssh-keygen -q -t ${type} ${bits > 0 ? ['-b', String(bits)] : []} -C "$c" -f "$p" ${passphrase === undefined ? ['-N', ''] : []} >&2 || exit 1
chown "$own" "$p" "$p.pub" || exit 1`,
      look,
    ).text,
    environment: { SSH_ASKPASS_REQUIRE: 'never' },
    ...(passphrase === undefined ? {} : { stdin: Buffer.from(`${passphrase}\n${passphrase}\n`) }),
  }),
  parse: (output, { path }): SshKey | StepFailure =>
    output.rc === 0
      ? parse(output)
      : { failed: `Cannot make the key ${path}: ${output.stderr.toString('utf8').trim()}`, output },
  describe: ({ path, type }) => `make the ${type} key ${path}`,
  effects: [
    effect(sshKeyKind, {
      touches: ({ path }, question) => samePath(path, question.path),
      predict: (): SshKey => ({ hasPrivate: true, hasPublic: true, fingerprint: '', publicKey: '' }),
    }),
    effect(statKind, {
      touches: inFolder,
      predict: (args, { path }, before) => {
        if (samePath(path, args.path) || samePath(path, `${args.path}.pub`)) return notKnown(args);
        if (!samePath(path, directoryOf(args.path)) || before?.exists) return before;
        return { ...newDirectory(args.owner), mode: '0700' };
      },
    }),
    effect(contentKind, {
      touches: inFolder,
      predict: (args, { path }, before) =>
        samePath(path, args.path) || samePath(path, `${args.path}.pub`) ? notKnown(args) : before,
    }),
    effect(listingKind, { touches: inFolder, predict: notKnown }),
  ],
};

export function makeSshKey(args: MakeSshKey): Step<SshKey> {
  return step(makeSshKeyKind, args);
}
