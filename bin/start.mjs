// `npm start`: from a fresh clone to a Kubernetes cluster on this machine.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { onlyOnce } from './once.mjs';
import { ensureBundle, ensurePackages, root } from './prepare.mjs';

await onlyOnce(root);
ensurePackages();
ensureBundle();
const child = spawn(
  process.execPath,
  [path.join(root, 'bin/hardway.mjs'), 'start', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
);
// The command stops cleanly and says how, so we stay for it. A terminal's Ctrl-C reaches it as it reaches us.
process.on('SIGINT', () => undefined);
for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('close', (code) => (process.exitCode = code ?? 1));
