// The command line's entry. Loads nothing but the command that is asked for.
import { basename } from 'node:path';

const commands = `Usage: hardway COMMAND [options]

  playbook    check playbooks whole, then run them
  apply       do what a saved plan of playbook --plan says, if it would still be the same
  inventory   show hosts, groups and variables
  module      run one module on hosts
  doc         describe a module, or list them
  config      which settings hold, and where they come from
  vault       encrypt, decrypt, show and edit files of secrets
  galaxy      install roles and collections from repositories, archives and folders
  start       from nothing to a tested Kubernetes cluster on local hosts
  lab         local hosts to try playbooks on
  version     print the version

hardway COMMAND --help tells the options of a command.
`;

type Command = (argv: readonly string[]) => Promise<number>;

const table: Readonly<Record<string, () => Promise<Command>>> = {
  playbook: async () => (await import('./cli/playbook_command.ts')).playbookCommand,
  apply: async () => (await import('./cli/apply_command.ts')).applyCommand,
  inventory: async () => (await import('./cli/inventory_command.ts')).inventoryCommand,
  module: async () => (await import('./cli/module_command.ts')).moduleCommand,
  doc: async () => (await import('./cli/doc_command.ts')).docCommand,
  config: async () => (await import('./cli/config_command.ts')).configCommand,
  vault: async () => (await import('./cli/vault_command.ts')).vaultCommand,
  galaxy: async () => (await import('./cli/galaxy_command.ts')).galaxyCommand,
  start: async () => (await import('./cli/start_command.ts')).startCommand,
  lab: async () => (await import('./cli/lab_command.ts')).labCommand,
};

/** Ansible's commands, for a link of that name to this program: old scripts then call it as they are. */
const linkNames: Readonly<Record<string, string>> = {
  ansible: 'module',
  'ansible-config': 'config',
  'ansible-doc': 'doc',
  'ansible-galaxy': 'galaxy',
  'ansible-inventory': 'inventory',
  'ansible-playbook': 'playbook',
  'ansible-vault': 'vault',
};

/** Commands of Ansible's that are not built. */
const notBuilt: Readonly<Record<string, string>> = {
  'ansible-console': 'run one module on hosts by hardway module',
  'ansible-pull': 'clone the repository, and run hardway playbook with --connection local there',
};

/** The words after the program's name, which may itself say which command is meant. */
function wordsOf([, program = '', ...words]: readonly string[]): readonly string[] {
  const command = linkNames[basename(program)];
  return command === undefined ? words : [command, ...words];
}

async function version(): Promise<string> {
  return (await import('./cli/version.ts')).version();
}

async function main([word, ...rest]: readonly string[]): Promise<number> {
  if (word === 'version' || word === '--version') {
    process.stdout.write(`hardway ${await version()}\n`);
    return 0;
  }
  if (word === undefined || word === 'help' || word === '--help' || word === '-h') {
    process.stdout.write(commands);
    return word === undefined ? 1 : 0;
  }
  const load = Object.hasOwn(table, word) ? table[word] : undefined;
  if (!load) {
    const { nearestName } = await import('./document/nearest.ts');
    const near = nearestName(word, Object.keys(table));
    process.stderr.write(
      `There is no command ${word}${near === undefined ? '' : `; did you mean ${near}?`}\n\n${commands}`,
    );
    return 1;
  }
  const command = await load();
  return command(rest);
}

// Who reads our output may leave (`| head`, a closed terminal), and a disk may be full. What cannot be written is dropped; a
// run goes on to its end, as hosts left half-way are worse than lost lines.
let lost: string | undefined;
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') lost ??= error.message;
  });

function refused(program: string): number | undefined {
  const instead = Object.hasOwn(notBuilt, program) ? notBuilt[program] : undefined;
  if (instead === undefined) return undefined;
  process.stderr.write(`${program} is not a part of hardway: ${instead}\n`);
  return 2;
}

/** Once all that was given to the stream is written or lost; an error is told a moment after the write. */
function settled(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => setImmediate(resolve));
  });
}

const code = refused(basename(process.argv[1] ?? '')) ?? (await main(wordsOf(process.argv)));
await settled(process.stdout);
if (lost !== undefined)
  process.stderr.write(`hardway: a part of the output could not be written and is lost: ${lost}\n`);
process.exitCode = lost !== undefined && code === 0 ? 1 : code;
