// Which ways of logging in are tried, in which order, and what to say when none was accepted.
import type { AnyAuthMethod, AuthenticationType, AuthHandlerMiddleware } from 'ssh2';
import type { ConnectionSpec } from './contract.ts';
import { loadKey, onlyKeys, publicKeyBeside } from './ssh_keys.ts';
import type { SshSettings } from './ssh_settings.ts';

interface Method {
  readonly auth: AnyAuthMethod;
  readonly description: string;
}

export interface Authentication {
  readonly handler: AuthHandlerMiddleware;
  /** What was tried and what could not be, for the message. */
  readonly account: () => string;
  /** The host may be another one: keys tell it nothing, a password would. */
  readonly keepPassword: (why: string) => void;
}

export function planAuthentication(spec: ConnectionSpec, settings: SshSettings): Authentication {
  const tried: string[] = [];
  const notes: string[] = [];
  const methods = listMethods(spec, settings, notes);
  let allowed: readonly AuthenticationType[] = [];
  let kept: string | undefined;
  return {
    keepPassword: (why) => {
      kept = why;
    },
    handler: (authsLeft, _partial, next) => {
      // The first call comes before the server said what it takes.
      const left = authsLeft as readonly AuthenticationType[] | null;
      if (left !== null) allowed = left;
      for (;;) {
        const method = methods.shift();
        if (method === undefined) {
          next(false as unknown as AnyAuthMethod);
          return;
        }
        if (left !== null && !left.includes(wireName(method.auth.type))) continue;
        if (kept !== undefined && holdsPassword(method)) {
          if (!notes.includes(kept)) notes.push(kept);
          continue;
        }
        tried.push(method.description);
        next(method.auth);
        return;
      }
    },
    account: () => {
      const did = tried.length === 0 ? 'nothing could be tried' : `tried ${tried.join(', ')}`;
      const takes = allowed.length === 0 ? '' : `; the host takes ${allowed.join(', ')}`;
      return `${did}${takes}${notes.map((note) => `; ${note}`).join('')}`;
    },
  };
}

function holdsPassword({ auth: { type } }: Method): boolean {
  return type === 'password' || type === 'keyboard-interactive';
}

function wireName(type: AnyAuthMethod['type']): AuthenticationType {
  return type === 'agent' ? 'publickey' : type;
}

function listMethods(spec: ConnectionSpec, settings: SshSettings, notes: string[]): Method[] {
  return [
    ...keyMethods(settings.explicitKeyFiles, true, spec, settings, notes),
    ...agentMethods(settings),
    ...keyMethods(settings.defaultKeyFiles, false, spec, settings, notes),
    ...passwordMethods(spec, settings),
  ];
}

function keyMethods(
  files: readonly string[],
  isExplicit: boolean,
  spec: ConnectionSpec,
  settings: SshSettings,
  notes: string[],
): Method[] {
  return files.flatMap((file): Method[] => {
    const loaded = loadKey(file, spec.passphrase);
    if (loaded.kind === 'key')
      return [
        { auth: { type: 'publickey', username: settings.user, key: loaded.key }, description: `key ${file}` },
      ];
    if (isExplicit || loaded.kind !== 'missing') notes.push(`key ${file} ${loaded.reason}`);
    return [];
  });
}

function agentMethods(settings: SshSettings): Method[] {
  const { agentSocket: socket, user: username } = settings;
  if (socket === undefined) return [];
  if (!settings.identitiesOnly)
    return [{ auth: { type: 'agent', username, agent: socket }, description: 'ssh-agent' }];
  const allowed = settings.explicitKeyFiles.flatMap((file) => publicKeyBeside(file) ?? []);
  if (allowed.length === 0) return [];
  return [{ auth: { type: 'agent', username, agent: onlyKeys(socket, allowed) }, description: 'ssh-agent' }];
}

function passwordMethods(spec: ConnectionSpec, settings: SshSettings): Method[] {
  const password = spec.password?.();
  const { user: username } = settings;
  if (password === undefined) return [];
  return [
    { auth: { type: 'password', username, password }, description: 'password' },
    {
      auth: {
        type: 'keyboard-interactive',
        username,
        // One question that hides its answer is the password's; anything else we cannot answer.
        prompt: (_name, _instructions, _language, prompts, finish) =>
          finish(prompts.map((prompt) => (prompt.echo === true ? '' : password))),
      },
      description: 'keyboard-interactive with the password',
    },
  ];
}
