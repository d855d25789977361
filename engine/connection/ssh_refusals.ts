// Why no connection came about: its stage, its words, and whether another try may go through.
import type { Connected, FailureStage } from './contract.ts';
import { failed, type Failed } from './failures.ts';
import type { SshSettings } from './ssh_settings.ts';

/** `dropped`: the server hung up before it said who it is, as MaxStartups does; another try may go through. */
export type Dialled<T> = Connected<T> & { readonly dropped?: boolean };

export function givenUp(settings: SshSettings): Failed {
  return failed('connect', `${where(settings)}: connecting was given up`);
}

export function hungUp(settings: SshSettings, dropped: boolean): Failed & { readonly dropped: boolean } {
  return { ...failed('connect', `${where(settings)} closed the connection`), dropped };
}

export function tooLate(settings: SshSettings): Failed {
  return failed(
    'connect',
    `${where(settings)} did not answer within ${settings.connectTimeoutSeconds} s: is the host up, and the address (ansible_host) right?`,
  );
}

function where(settings: SshSettings): string {
  return `${settings.hostName} port ${settings.port}`;
}

export function isDrop(error: Error & { code?: string }): boolean {
  return (
    error.code === 'ECONNRESET' ||
    error.code === 'EPIPE' ||
    /before handshake|Exceeded MaxStartups/i.test(error.message)
  );
}

export function stageOf(error: { level?: string; code?: string }, heardServer: boolean): FailureStage {
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'resolve';
  if (error.level === 'client-authentication') return 'authenticate';
  return heardServer && error.level !== 'client-timeout' ? 'lost' : 'connect';
}

export function describeError(
  error: Error & { level?: string; code?: string },
  stage: FailureStage,
  settings: SshSettings,
  account: string,
): string {
  if (stage === 'authenticate') return `${where(settings)} did not let ${settings.user} in: ${account}`;
  if (stage === 'resolve') return `The name ${settings.hostName} is not known (${error.message})`;
  if (error.level === 'client-timeout') return tooLate(settings).failure.message;
  const plain = plainReasons[error.code ?? ''];
  return plain === undefined ? `${where(settings)}: ${error.message}` : `${where(settings)} ${plain}`;
}

const plainReasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refuses connections: does sshd run there, on this port (ansible_port)?',
  EHOSTUNREACH: 'cannot be reached: no way leads to this address from here (ansible_host, or a jump host)',
  ENETUNREACH: 'cannot be reached: no way leads to this network from here (ansible_host, or a jump host)',
};
