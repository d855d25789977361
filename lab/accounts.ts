// The users of the lab's hosts. Every way of becoming root that the engine knows has a user that needs it.
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from './run_program.ts';

interface User {
  readonly name: string;
  readonly uid: number;
  readonly about: string;
  readonly sudoers?: string;
  readonly doas?: string;
  /** Said by the shell's start-up file, also to commands. */
  readonly profile?: string;
}

export const users: readonly User[] = [
  {
    name: 'operator',
    uid: 1001,
    about: 'sudo and doas with the password',
    sudoers: 'operator ALL=(ALL:ALL) ALL',
    doas: 'permit operator',
  },
  {
    name: 'deploy',
    uid: 1002,
    about: 'sudo and doas without a password',
    sudoers: 'deploy ALL=(ALL:ALL) NOPASSWD: ALL',
    doas: 'permit nopass deploy',
  },
  {
    name: 'console',
    uid: 1003,
    about: 'sudo with the password, on a terminal only',
    sudoers: 'Defaults:console requiretty\nconsole ALL=(ALL:ALL) ALL',
  },
  { name: 'guest', uid: 1004, about: 'no sudo; su with the password of root' },
  {
    name: 'noisy',
    uid: 1005,
    about: 'sudo without a password; its profile writes to both outputs',
    sudoers: 'noisy ALL=(ALL:ALL) NOPASSWD: ALL',
    profile: 'echo "Welcome, noise on standard output"\necho "noise on standard error" >&2\n',
  },
];

/** Passwords by user name, root's too. */
export type Passwords = Readonly<Record<string, string>>;

export function makePasswords(): Passwords {
  const names = ['root', ...users.map((user) => user.name)];
  return Object.fromEntries(names.map((name) => [name, randomBytes(12).toString('base64url')]));
}

export interface AccountFiles {
  readonly base: string;
  readonly layer: string;
  readonly passwords: Passwords;
  /** The one key that opens every account. */
  readonly publicKey: string;
}

/** Writes users, their rights and their keys into the layer that all hosts of a lab share. */
export async function writeAccounts({ base, layer, passwords, publicKey }: AccountFiles): Promise<void> {
  const hashes = await hashPasswords(base, passwords);
  const etc = join(layer, 'etc');
  await mkdir(join(etc, 'sudoers.d'), { recursive: true });
  const read = (name: string): Promise<string> => readFile(join(base, 'etc', name), 'utf8');
  const line = (make: (user: User) => string): string => users.map((user) => `${make(user)}\n`).join('');

  const passwd = (await read('passwd')) + line(({ name, uid, about }) => passwdLine(name, uid, about));
  await writeFile(join(etc, 'passwd'), passwd);
  await writeFile(join(etc, 'group'), (await read('group')) + line(({ name, uid }) => `${name}:x:${uid}:`));
  await writeFile(join(etc, 'gshadow'), (await read('gshadow')) + line(({ name }) => `${name}:!::`));
  const shadow = (await read('shadow')).replace(/^root:[^:]*:/m, () => `root:${hashes.get('root') ?? '*'}:`);
  await writeFile(
    join(etc, 'shadow'),
    shadow + line(({ name }) => `${name}:${hashes.get(name) ?? '*'}:20000:0:99999:7:::`),
  );
  const shadowGroup = /^shadow:[^:]*:(\d+):/m.exec(await read('group'))?.[1] ?? '0';
  for (const name of ['shadow', 'gshadow']) {
    await chown(join(etc, name), 0, Number(shadowGroup));
    await chmod(join(etc, name), 0o640);
  }

  await writeFile(join(etc, 'sudoers.d', 'lab'), users.map((user) => `${user.sudoers ?? ''}\n`).join(''), {
    mode: 0o440,
  });
  await writeFile(join(etc, 'doas.conf'), users.map((user) => `${user.doas ?? ''}\n`).join(''), {
    mode: 0o600,
  });
  await writeHome(join(layer, 'root'), 0, 0o700, publicKey);
  for (const { name, uid, profile } of users) {
    const home = join(layer, 'home', name);
    await writeHome(home, uid, 0o755, publicKey);
    if (profile !== undefined) {
      for (const file of ['.bashrc', '.profile']) await writeFile(join(home, file), profile);
    }
  }
}

function passwdLine(name: string, uid: number, about: string): string {
  return `${name}:x:${uid}:${uid}:${about}:/home/${name}:/bin/bash`;
}

async function writeHome(home: string, uid: number, mode: number, publicKey: string): Promise<void> {
  const folder = join(home, '.ssh');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, 'authorized_keys'), `${publicKey} lab\n`, { mode: 0o600 });
  for (const path of [home, folder, join(folder, 'authorized_keys')]) await chown(path, uid, uid);
  await chmod(home, mode);
}

/** Hashes with the image's own openssl; passwords travel on standard input. */
async function hashPasswords(base: string, passwords: Passwords): Promise<Map<string, string>> {
  const names = Object.keys(passwords);
  const input = names.map((name) => `${passwords[name] ?? ''}\n`).join('');
  const output = await mustRun(['chroot', base, 'openssl', 'passwd', '-6', '-stdin'], { input });
  const hashes = output.trim().split('\n');
  return new Map(names.map((name, index) => [name, hashes[index] ?? '*']));
}
