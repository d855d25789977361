// One `npm start` at a time in a clone: two would install and build in the same folders.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Leaves when another process holds the folder; otherwise it is ours until this process ends. */
export async function onlyOnce(folder) {
  const holder = spawn(
    'flock',
    ['--exclusive', '--nonblock', folder, 'sh', '-c', 'echo held; exec cat >/dev/null'],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true, // a Ctrl-C on our terminal is for us: it may have to clean up
    },
  );
  const missing = once(holder, 'error').then(() => 'missing');
  const ended = once(holder, 'close').then(() => 'refused');
  const held = once(holder.stdout, 'data').then(() => 'held');
  // Where there is no flock there are no local hosts either, which the command says better.
  if ((await Promise.race([missing, ended, held])) === 'refused') {
    console.error('Another npm start is under way in this folder: wait until it ends, or stop it by Ctrl-C.');
    process.exit(1);
  }
  holder.unref();
  holder.stdin.unref?.();
  holder.stdout.unref?.();
}
