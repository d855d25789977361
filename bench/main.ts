// npm run bench [-- start_up|peers|wire|large_playbook [ARGUMENTS]]: prints times; nothing is judged by them.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

const [name = 'start_up', ...rest] = process.argv.slice(2);
if (!['start_up', 'peers', 'wire', 'large_playbook'].includes(name)) {
  console.error(`There is no bench ${name}: start_up, peers, wire or large_playbook`);
  process.exit(1);
}
const file = path.join(import.meta.dirname, `${name}.ts`);
process.exit(
  spawnSync(process.execPath, ['--import', 'tsx', file, ...rest], { stdio: 'inherit' }).status ?? 1,
);
