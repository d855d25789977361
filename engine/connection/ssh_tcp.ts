// The TCP connection to a host's sshd.
import { connect, type Socket } from 'node:net';
import { connected, type Failed } from './failures.ts';
import { deferred } from './deferred.ts';
import { describeError, givenUp, isDrop, stageOf, tooLate, type Dialled } from './ssh_refusals.ts';
import type { SshSettings } from './ssh_settings.ts';

/** Opens it within the time that connecting may take, or until `signal` is aborted. */
export async function openTcp(settings: SshSettings, signal: AbortSignal): Promise<Dialled<Socket>> {
  if (signal.aborted) return givenUp(settings);
  const socket = connect({ host: settings.hostName, port: settings.port, noDelay: true });
  socket.setMaxListeners(0);
  const opened = deferred<undefined | (Failed & { readonly dropped?: boolean })>();
  const late = setTimeout(() => opened.resolve(tooLate(settings)), settings.connectTimeoutSeconds * 1000);
  const giveUp = (): void => opened.resolve(givenUp(settings));
  signal.addEventListener('abort', giveUp);
  // It listens on: a host may hang up before anyone else looks at the socket.
  socket.on('error', (error: Error & { code?: string }) => {
    const stage = stageOf(error, false);
    const message = describeError(error, stage, settings, '');
    opened.resolve({ ok: false, failure: { stage, message, outcomeUnknown: false }, dropped: isDrop(error) });
  });
  socket.once('connect', () => opened.resolve(undefined));
  const problem = await opened.promise;
  clearTimeout(late);
  signal.removeEventListener('abort', giveUp);
  if (problem === undefined) return connected(socket);
  socket.destroy();
  return problem;
}
