// Writes dist/THIRD_PARTY_NOTICES.txt: the licences of the packages whose code stands in the bundle.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './prepare.mjs';

const dist = path.join(root, 'dist');
const folders = new Set();
for (const map of readdirSync(dist).filter((file) => file.endsWith('.js.map'))) {
  const { sources } = JSON.parse(readFileSync(path.join(dist, map), 'utf8'));
  for (const source of sources) {
    const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path.resolve(dist, source))?.[0];
    if (folder !== undefined) folders.add(folder);
  }
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text =
    file === undefined ? `Licence: ${license}` : readFileSync(path.join(folder, file), 'utf8').trim();
  return `${name} ${version}\n\n${text}\n`;
}

const notices = [...folders]
  .filter((folder) => existsSync(folder))
  .sort()
  .map(notice);
writeFileSync(path.join(dist, 'THIRD_PARTY_NOTICES.txt'), notices.join(`\n${'-'.repeat(78)}\n\n`));
console.log(`dist/THIRD_PARTY_NOTICES.txt: ${notices.length} packages`);
