// Ways to break sound inputs. Each way knows what it broke, and so where the error must stand: a change that may
// leave the input sound is not made.
import type { Random } from '../../support/random.ts';
import { misspelt } from '../playbook/support/misspelt.ts';
import type { Broken } from './place.ts';
import { ini, inventoryYaml, type Kind, settings, templateFile, variables, vaulted } from './sound_inputs.ts';

export interface Mutant extends Broken {
  readonly kind: string;
  /** The line that was written, as a miss shows it. */
  readonly change: string;
  readonly code: number;
  /** How the place begins, `hosts:3:`; the option for arguments, as the message names it. */
  readonly at: string;
}

export type Mutator = (random: Random) => Mutant | undefined;

/** What stands in place of a line, and where of it the error stands; undefined when the line cannot be broken so. */
type Break = (line: string, random: Random) => string | undefined;

/** Breaks one line of those that can be; `from` is `line` where the error stands on it, else the file alone. */
function lineMutator(kind: Kind, name: string, breakLine: Break, from: 'line' | 'file' = 'line'): Mutator {
  return (random) => {
    const lines = kind.text.split('\n');
    const row = random.below(lines.length - 1);
    const changed = breakLine(lines[row] ?? '', random);
    if (changed === undefined || changed === lines[row]) return undefined;
    lines[row] = changed;
    return {
      kind: `${kind.name}: ${name}`,
      change: changed,
      run: kind.run,
      code: kind.code,
      at: `${kind.file}:${from === 'line' ? `${row + 1}:` : ''}`,
      files: { ...kind.more, [kind.file]: Buffer.from(lines.join('\n'), 'latin1') },
    };
  };
}

const inserted =
  (text: (random: Random) => string): Break =>
  (line, random) => {
    const at = random.below(line.length + 1);
    return line.slice(0, at) + text(random) + line.slice(at);
  };

const control = inserted((random) => String.fromCharCode(random.pick([0, 1, 7, 8, 27, 127])));
const stray = inserted((random) => String.fromCharCode(0x80 + random.below(0x20)));

/** Without one of the places that the pattern finds. */
const without =
  (pattern: RegExp): Break =>
  (line, random) => {
    const found = [...line.matchAll(pattern)];
    if (found.length === 0) return undefined;
    const { index, 0: text } = random.pick(found);
    return line.slice(0, index) + line.slice(index + text.length);
  };

/** With another word in place of the group `word`. */
const instead =
  (pattern: RegExp, other: (word: string, random: Random) => string): Break =>
  (line, random) => {
    const found = pattern.exec(line);
    const word = found?.groups?.['word'];
    if (!found || word === undefined) return undefined;
    const at = found.index + found[0].indexOf(word);
    return line.slice(0, at) + other(word, random) + line.slice(at + word.length);
  };

const slip = (word: string, random: Random): string => {
  const wrong = misspelt(word, random.next);
  // Some slips are names as well.
  return known.has(wrong) ? word : wrong;
};
const known = new Set([
  'd',
  'e',
  'web',
  'db',
  'site',
  'i',
  'in',
  'int',
  'sort',
  'upper',
  'default',
  'set',
  'for',
  'if',
]);
const junk =
  (...words: readonly string[]) =>
  (_word: string, random: Random): string =>
    random.pick(words);

const yamlBreaks = (kind: Kind): readonly Mutator[] => [
  lineMutator(kind, 'control character', control),
  lineMutator(kind, 'byte', stray),
  lineMutator(kind, 'quote cut', without(/(?<="[\w ]+)"|(?<='[\w ]+)'/g), 'file'),
  lineMutator(kind, 'bracket cut', without(/[\]}]/g), 'file'),
  lineMutator(kind, 'tab', (line) => (line.startsWith('  ') ? `\t${line.trimStart()}` : undefined)),
  lineMutator(
    kind,
    'alias',
    instead(/: (?<word>"?\w[\w ]*"?)$/, junk('*nobody', '!secret x', '@x', '`x', '%x')),
  ),
  lineMutator(kind, 'escape', instead(/"(?<word>[\w ]+)"/, junk('\\q', '\\x4', '\\d+', '\\u12'))),
  lineMutator(kind, 'braces', instead(/: (?<word>"[\w ]+")$/, junk('{{ a }}', '{{ a'))),
  lineMutator(
    kind,
    'colon',
    instead(/^ *\w+(?<word>: )"/, () => ' '),
    'file',
  ),
];

const iniBreaks: readonly Mutator[] = [
  lineMutator(ini, 'control character', (line, random) =>
    line === '' ? undefined : within(control, line, random),
  ),
  lineMutator(ini, 'byte', stray),
  lineMutator(ini, 'header cut', without(/\](?=$)/g)),
  lineMutator(ini, 'kind of section', instead(/^\[\w+:(?<word>\w+)\]$/, slip)),
  lineMutator(ini, 'child', instead(/^(?<word>web|db)$/, slip)),
  lineMutator(ini, 'quote cut', without(/["']/g)),
  lineMutator(
    ini,
    'range',
    instead(/^\w+\[(?<word>\w+:\w+)\]/, junk('1-3', '1:', 'a:9', '3:x', '1:9:0', '1:2:3:4')),
  ),
  lineMutator(ini, 'equal sign', (line) =>
    /^\w+ ?= ?\w+$/.test(line) ? line.replace(/ ?= ?/, ' ') : undefined,
  ),
  lineMutator(ini, 'value', (line) =>
    line.startsWith('web') && line.includes('=') ? `${line} alone` : undefined,
  ),
  lineMutator(ini, 'circle', (line, random) =>
    line === 'db' ? random.pick(['site', 'site # again']) : undefined,
  ),
];

/** Not at the ends, where white space is nothing. */
function within(change: Break, line: string, random: Random): string | undefined {
  const inner = change(line.slice(1, -1), random);
  return inner === undefined ? undefined : line.charAt(0) + inner + line.slice(-1);
}

const inventoryBreaks: readonly Mutator[] = [
  ...yamlBreaks(inventoryYaml),
  lineMutator(inventoryYaml, 'key', instead(/^ +(?<word>hosts|vars|children):/, slip)),
  lineMutator(inventoryYaml, 'type', instead(/: (?<word>\{.+\})$/, junk('[a]', '3', 'true'))),
  lineMutator(inventoryYaml, 'number', instead(/^ {8}(?<word>web\d):/, junk('17', 'true', '[a]'))),
];

const templateBreaks: readonly Mutator[] = [
  lineMutator(templateFile, 'end cut', without(/[}%]\}/g), 'file'),
  lineMutator(templateFile, 'bracket', without(/[()[\]]/g), 'file'),
  lineMutator(templateFile, 'quote', without(/"/g), 'file'),
  lineMutator(templateFile, 'filter', instead(/\| (?<word>\w{3,})/, slip)),
  lineMutator(templateFile, 'test', instead(/ is (?<word>\w+)/, slip)),
  lineMutator(templateFile, 'statement', instead(/\{% (?<word>\w+)/, slip), 'file'),
  lineMutator(
    templateFile,
    'operator',
    instead(/(?<word> \| | is )/, junk(' && ', ' ?? ', ' ! ', ' $ ', ' = ')),
  ),
  lineMutator(templateFile, 'line gone', (line) => (/end/.test(line) ? '' : undefined), 'file'),
];

const settingBreaks: readonly Mutator[] = [
  lineMutator(settings, 'control character', (line, random) => within(control, line, random)),
  lineMutator(settings, 'byte', stray),
  lineMutator(settings, 'key', instead(/^(?<word>\w+) =/, slip)),
  lineMutator(settings, 'header cut', without(/\]/g)),
  lineMutator(settings, 'equal sign', without(/=/g)),
  lineMutator(settings, 'number', instead(/= (?<word>\d+)$/, junk('many', '1.5', '-3', '0x10', '[1]'))),
  lineMutator(settings, 'word', instead(/= (?<word>False|explicit|no)$/, junk('perhaps', 'sometimes', 'of'))),
  lineMutator(settings, 'twice', (line) => `${line}\n${line}`, 'file'),
];

const vaultBreaks: readonly Mutator[] = [
  lineMutator(
    vaulted,
    'digit',
    instead(/^(?<word>\d\d)/, (word) => (word === '33' ? '34' : '33')),
    'file',
  ),
  lineMutator(vaulted, 'letter', instead(/^\d*?(?<word>\d)\d*$/, junk('x', 'g', ' ', '-')), 'file'),
  lineMutator(vaulted, 'line gone', (line) => (/^\d+$/.test(line) ? '' : undefined), 'file'),
  lineMutator(vaulted, 'line twice', (line) => (/^\d+$/.test(line) ? `${line}\n${line}` : undefined), 'file'),
  lineMutator(
    vaulted,
    'cut',
    (line, random) => (/^\d+$/.test(line) ? line.slice(0, random.below(line.length)) : undefined),
    'file',
  ),
  lineMutator(vaulted, 'header', instead(/;(?<word>1\.1|AES256)/, slip), 'file'),
];

interface Option {
  readonly name: string;
  readonly value?: string;
}

const optionsOf: Readonly<Record<string, readonly Option[]>> = {
  'playbook play.yml -i hosts': [
    { name: '--limit', value: 'web' },
    { name: '--extra-vars', value: 'a=1' },
    { name: '--forks', value: '7' },
    { name: '--timeout', value: '9' },
    { name: '--start-at-task', value: 'ping' },
    { name: '--become-user', value: 'root' },
    { name: '--syntax-check' },
    { name: '--force-handlers' },
    { name: '--diff' },
  ],
  'inventory -i hosts --list': [
    { name: '--playbook-dir', value: '.' },
    { name: '--export' },
    { name: '--yaml' },
  ],
  'module all -i hosts': [
    { name: '--module-name', value: 'ping' },
    { name: '--task-timeout', value: '4' },
    { name: '--background', value: '5' },
    { name: '--one-line' },
  ],
  'vault view hosts': [
    { name: '--vault-password-file', value: 'password' },
    { name: '--encrypt-vault-id', value: 'a' },
  ],
  'doc ping': [{ name: '--json' }, { name: '--playbook-dir', value: '.' }],
  'config dump': [{ name: '--only-changed' }, { name: '--format', value: 'json' }],
  'apply site.plan': [{ name: '--extra-vars', value: 'a=1' }, { name: '--detailed-exitcode' }],
};

const wordsOf = ({ name, value }: Option): readonly string[] =>
  value === undefined ? [name] : [name, value];

/** `breakOption` gives the words of the option and how the message names it. */
function argumentMutator(
  name: string,
  breakOption: (
    option: Option,
    random: Random,
  ) => readonly [words: readonly string[], at: string] | undefined,
): Mutator {
  return (random) => {
    const call = random.pick(Object.keys(optionsOf));
    const options = optionsOf[call] ?? [];
    const broken = random.pick(options);
    const made = breakOption(broken, random);
    if (!made) return undefined;
    const [words, at] = made;
    const others = options.filter((one) => one !== broken && random.chance(0.5));
    const run = [...call.split(' '), ...others.flatMap(wordsOf), ...words];
    return { kind: `arguments: ${name}`, change: words.join(' '), run, code: 2, at };
  };
}

/** The name with two letters swapped or one put in: never the beginning of it, which would be taken for it. */
function wrongName(name: string, random: Random): string {
  const at = 3 + random.below(name.length - 4);
  const swapped = name.slice(0, at) + name.charAt(at + 1) + name.charAt(at) + name.slice(at + 2);
  return random.chance(0.5) && swapped !== name ? swapped : `${name.slice(0, at)}q${name.slice(at)}`;
}

const argumentBreaks: readonly Mutator[] = [
  argumentMutator('misspelt', (option, random) => {
    const wrong = wrongName(option.name, random);
    return [
      [wrong, ...wordsOf(option).slice(1)],
      `There is no option ${wrong}; did you mean ${option.name}?`,
    ];
  }),
  argumentMutator('no value', ({ name, value }) =>
    value === undefined ? undefined : [[name], `Option ${name} needs a value`],
  ),
  argumentMutator('value of a flag', ({ name, value }, random) =>
    value === undefined
      ? [[`${name}=${random.pick(['yes', '', '1'])}`], `Option ${name} takes no value`]
      : undefined,
  ),
  argumentMutator('number', ({ name, value }, random) =>
    value !== undefined && /^\d$/.test(value)
      ? [[name, random.pick(['many', '-1', '1.5', '0x1', ' ', '5s'])], `Option ${name} takes a whole number`]
      : undefined,
  ),
  argumentMutator('letter', (_option, random) => {
    const letter = random.pick(['Z', 'Q', 'W', '9', 'ü']);
    return [[`-${letter}`], `There is no option -${letter}`];
  }),
];

/** By the kind of input, so that each gets its share. */
export const mutators: readonly (readonly Mutator[])[] = [
  iniBreaks,
  inventoryBreaks,
  yamlBreaks(variables),
  templateBreaks,
  settingBreaks,
  vaultBreaks,
  argumentBreaks,
];
