// `npm start`: from a fresh clone to a Kubernetes cluster on this machine.
import { ensureBundle, ensurePackages, run } from './prepare.mjs';

ensurePackages();
ensureBundle();
run(process.execPath, ['bin/hardway.mjs', 'start', ...process.argv.slice(2)]);
