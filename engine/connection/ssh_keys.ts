// Private keys from files, and the keys of an ssh-agent.
import { readFileSync } from 'node:fs';
import ssh2 from 'ssh2';
import type { BaseAgent, ParsedKey } from 'ssh2';

export type LoadedKey =
  | { readonly kind: 'key'; readonly key: ParsedKey }
  | { readonly kind: 'missing' | 'encrypted' | 'unreadable'; readonly reason: string };

// Opening an encrypted key costs most of a second on purpose; three hundred hosts share one.
const opened = new Map<string, LoadedKey>();

export function loadKey(file: string, passphrase: (() => string | undefined) | undefined): LoadedKey {
  const known = opened.get(file);
  if (known?.kind === 'key') return known;
  const loaded = openKey(file, passphrase);
  opened.set(file, loaded);
  return loaded;
}

function openKey(file: string, passphrase: (() => string | undefined) | undefined): LoadedKey {
  let text: Buffer;
  try {
    text = readFileSync(file);
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return {
      kind: isMissing ? 'missing' : 'unreadable',
      reason: isMissing ? 'is not there' : 'cannot be read',
    };
  }
  const plain = ssh2.utils.parseKey(text);
  if (!(plain instanceof Error)) return privateOnly(plain);
  if (!/encrypted|passphrase/i.test(plain.message))
    return { kind: 'unreadable', reason: `is no private key (${plain.message})` };
  const secret = passphrase?.();
  if (secret === undefined) return { kind: 'encrypted', reason: 'is encrypted and no passphrase was given' };
  const decrypted = ssh2.utils.parseKey(text, secret);
  return decrypted instanceof Error
    ? { kind: 'encrypted', reason: 'does not open with the passphrase given' }
    : privateOnly(decrypted);
}

function privateOnly(key: ParsedKey): LoadedKey {
  return key.isPrivateKey() ? { kind: 'key', key } : { kind: 'unreadable', reason: 'holds no private key' };
}

/** The public half beside a private key: enough to find the key in an agent. */
export function publicKeyBeside(file: string): Buffer | undefined {
  try {
    const parsed = ssh2.utils.parseKey(readFileSync(`${file}.pub`));
    return parsed instanceof Error ? undefined : parsed.getPublicSSH();
  } catch {
    return undefined;
  }
}

/** An agent of which only some keys are shown. */
export function onlyKeys(socket: string, allowed: readonly Buffer[]): BaseAgent {
  const agent = ssh2.createAgent(socket);
  const ask = agent.getIdentities.bind(agent);
  agent.getIdentities = (done) => {
    ask((error, keys) => {
      const shown = (keys ?? []).filter((key) => allowed.some((one) => one.equals(publicForm(key))));
      if (error) done(error);
      else done(undefined, shown);
    });
  };
  return agent;
}

/** An agent gives keys in their wire form, or parsed. */
function publicForm(key: unknown): Buffer {
  const parsed = ssh2.utils.parseKey(key as Buffer);
  return parsed instanceof Error ? Buffer.alloc(0) : parsed.getPublicSSH();
}
