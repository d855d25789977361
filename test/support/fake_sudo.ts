// A program that asks and refuses as sudo does, for machines without it: the password is `right`, the user `nobodyknows`
// is unknown. Whoever it lets in stays who he is.
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const program = `#!/bin/sh
echo called >>"\${0%/*}/calls"
prompt= silent=
while :; do
  case $1 in
    -p) prompt=$2; shift 2 ;;
    -u) user=$2; shift 2 ;;
    -n) silent=1; shift ;;
    -*) shift ;;
    *) break ;;
  esac
done
[ "$user" != nobodyknows ] || { echo 'sudo: unknown user nobodyknows' >&2; exit 1; }
[ -z "$silent" ] || { echo 'sudo: a password is required' >&2; exit 1; }
for try in 1 2 3; do
  printf %s "$prompt" >&2
  IFS= read -r password || { echo 'sudo: no password was provided' >&2; exit 1; }
  [ "$password" != right ] || exec "$@"
  echo 'Sorry, try again.' >&2
done
echo 'sudo: 3 incorrect password attempts' >&2
exit 1
`;

export interface FakeSudo {
  readonly path: string;
  /** How often it was started. */
  readonly calls: () => number;
  readonly remove: () => void;
}

export function fakeSudo(): FakeSudo {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-sudo-'));
  const file = path.join(folder, 'sudo');
  const calls = path.join(folder, 'calls');
  writeFileSync(file, program);
  writeFileSync(calls, '');
  chmodSync(file, 0o755);
  return {
    path: file,
    calls: () => readFileSync(calls, 'utf8').split('\n').length - 1,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
