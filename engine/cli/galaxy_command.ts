// hardway galaxy: installs roles and collections from repositories, archives and folders, lists and removes them.
import { nearestName } from '../document/nearest.ts';
import { Sources } from '../document/source.ts';
import { outcomeOf } from '../galaxy/refusal.ts';
import { isCollectionName } from '../galaxy/request.ts';
import { commandLine } from './command_line.ts';
import { exitCodes } from './exit_codes.ts';
import { galaxyOptions, notBuilt, takenBy } from './galaxy/galaxy_options.ts';
import { type Asked, foldersOf, installAll } from './galaxy/install_command.ts';
import {
  listCollections,
  type Listed,
  type ListForm,
  listRoles,
  removeRoles,
} from './galaxy/list_installed.ts';
import type { Given } from './option_table.ts';
import { showProblems } from './problems.ts';
import { readSettings } from './settings.ts';

const command = commandLine({
  name: 'galaxy',
  usage:
    'galaxy [role|collection] ACT [WORD ...] [options]\n\n' +
    '  install -r FILE                  the roles and collections of requirements.yml\n' +
    '  role install WORD ...            SRC[,VERSION[,NAME]]: git+ADDRESS, an archive or a folder\n' +
    '  collection install WORD ...      git+ADDRESS[#/FOLDER][,VERSION], an archive or a folder\n' +
    '  role list [NAME], collection list [NAME]\n' +
    '  role remove NAME ...',
  options: galaxyOptions,
});

function show({ code, text, warnings }: Listed): number {
  for (const warning of warnings) process.stderr.write(`hardway galaxy: ${warning}\n`);
  process.stdout.write(text);
  return code;
}

function listAll({ kind, words, given }: Asked, folders: readonly string[]): number {
  if (words.length > 1) return command.refuse('list takes one name');
  const [name] = words;
  if (kind !== 'collection') return show(listRoles(folders, name));
  const form = given.last('format') ?? 'human';
  const isKnown = (word: string): word is ListForm => ['human', 'yaml', 'json'].includes(word);
  if (!isKnown(form)) return command.refuse(`--format is human, yaml or json, not ${form}`);
  if (name !== undefined && !isCollectionName(name))
    return command.refuse(`${name} is no NAMESPACE.NAME`, exitCodes.error);
  return show(listCollections(folders, form, name));
}

/** What is wrong with the words, if anything. */
function mistake(title: string, act: string, given: Given): string | undefined {
  const why = Object.hasOwn(notBuilt, title) ? notBuilt[title] : undefined;
  if (why !== undefined) return `${title} is not built: ${why}`;
  const taken = Object.hasOwn(takenBy, title) ? takenBy[title] : undefined;
  if (!taken) {
    const near = nearestName(act, ['install', 'list', 'remove']);
    return act === ''
      ? 'say what to do: install, list or remove'
      : `there is no ${title}${near === undefined ? '' : `; did you mean ${near}?`}`;
  }
  const strange = galaxyOptions.find(
    ({ name }) => name !== 'verbose' && given.has(name) && !taken.includes(name),
  );
  return strange && `--${strange.name} is not for ${title}`;
}

/** What the file system refuses is told, and no crash. */
export async function galaxyCommand(argv: readonly string[]): Promise<number> {
  const done = await outcomeOf('hardway galaxy', () => run(argv));
  if (done.ok) return done.value;
  showProblems([done.problem], new Sources(), { undone: 'the command ends here' });
  return exitCodes.error;
}

async function run(argv: readonly string[]): Promise<number> {
  const given = command.read(argv);
  if (typeof given === 'number') return given;
  const [first = '', ...rest] = given.words;
  const type = first === 'role' || first === 'collection' ? first : undefined;
  const [act = '', ...words] = type === undefined ? given.words : rest;
  // As in Ansible, an act by itself is one of roles; but install takes both from a file.
  const kind: Asked['kind'] = type ?? (act === 'install' ? 'both' : 'role');
  const title = kind === 'both' ? act : `${kind} ${act}`;
  const wrong = mistake(title, act, given);
  if (wrong !== undefined) return command.refuse(wrong);
  const settings = readSettings(process.env, process.cwd());
  const asked: Asked = { act, kind, words, given, settings };
  if (act === 'install') return installAll(asked, (message, code) => command.refuse(message, code));
  const { named, all } = foldersOf(kind === 'collection' ? 'collection' : 'role', asked);
  if (act === 'list') return listAll(asked, kind === 'collection' || named.length === 0 ? all : named);
  if (words.length === 0) return command.refuse('say which roles to remove');
  return show(removeRoles(named.length > 0 ? named : all, words));
}
