// Text: Jinja2's own string filters and Ansible's quote, comment, split.
import { fixedDigits } from '../../document/exact_decimal.ts';
import { append } from '../../document/append.ts';
import { type Value, bare, isDict, tuple, KeptText } from '../../document/value.ts';
import { fail } from '../failure.ts';
import type { Filter, Table } from '../interpreter/tools.ts';
import type { Args } from '../python/arguments.ts';
import { joinAll } from '../python/marks.ts';
import { formatPercent } from '../python/percent.ts';
import { text } from '../python/printing.ts';
import { characters, iterate, lengthOf } from '../python/sequence.ts';
import { capitalize, split, splitLines, strip } from '../python/string_methods.ts';

const plain = (change: (text: string) => Value): Filter => ({
  parameters: 'value',
  run: (args) => change(args.text('value')),
});

function indent(args: Args): string {
  const width = bare(args.optional('width') ?? 4);
  const pad = typeof width === 'string' ? width : ' '.repeat(args.count('width', 4));
  const [first = '', ...rest] = `${args.text('value')}\n`.split('\n').slice(0, -1);
  const shift = (line: string): string => (line !== '' || args.bool('blank', false) ? pad + line : line);
  const lines = args.bool('blank', false) ? rest.map((line) => pad + line) : rest.map(shift);
  const body = [first, ...lines].join('\n');
  return args.bool('first', false) ? pad + body : body;
}

function replace(args: Args): string {
  const [source, from, to] = [args.text('value'), args.text('old'), args.text('new')];
  const count = args.count('count', -1);
  return count < 0 ? source.replaceAll(from, () => to) : split(source, from, count).join(to);
}

/** Quoted for a POSIX shell. */
export function shellQuote(source: string): string {
  if (source === '') return "''";
  return /^[\w@%+=:,./-]+$/.test(source) ? source : `'${source.replaceAll("'", `'"'"'`)}'`;
}

const commentStyles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  plain: { decoration: '# ' },
  erlang: { decoration: '% ' },
  c: { decoration: '// ' },
  cblock: { beginning: '/*', decoration: ' * ', end: ' */' },
  xml: { beginning: '<!--', decoration: ' - ', end: '-->' },
};

function comment(args: Args): string {
  const style =
    commentStyles[args.text('style', 'plain')] ?? fail(`comment: there is no style ${args.text('style')}`);
  const given = (name: string): string | undefined => {
    const value = args.named.get(name);
    return value === undefined ? undefined : text(value);
  };
  const part = (name: string, fallback: string): string => given(name) ?? style[name] ?? fallback;
  const mark = (given('decoration') ?? style['decoration'] ?? '').trimEnd();
  const newline = part('newline', '\n');
  const decoration = part('decoration', '');
  const [beginning, prefix, postfix, end] = [
    part('beginning', ''),
    part('prefix', mark),
    part('postfix', mark),
    part('end', ''),
  ];
  const prefixLines =
    prefix === ''
      ? ''
      : (prefix === newline ? newline : prefix + newline).repeat(Number(part('prefix_count', '1')));
  const lines = (decoration + args.text('value').replaceAll(newline, () => newline + decoration)).replaceAll(
    decoration + newline,
    () => decoration.trimEnd() + newline,
  );
  const after = (newline + postfix).repeat(Number(part('postfix_count', '1')));
  return `${beginning === '' ? '' : beginning + newline}${prefixLines}${lines}${after}${end === '' ? '' : newline + end}`;
}

function joinText(args: Args, attribute: (value: Value) => Value): string {
  return iterate(args.value('value'))
    .map((entry) => text(attribute(entry)))
    .join(args.text('d', ''));
}

function truncate(args: Args): Value {
  const value = bare(args.value('value'));
  if (typeof value !== 'string' && lengthOf(value) <= args.count('length', 255) + args.count('leeway', 5))
    return value;
  const source = args.text('value');
  const [length, end, leeway] = [args.count('length', 255), args.text('end', '...'), args.count('leeway', 5)];
  if (source.length <= length + leeway) return source;
  const cut = source.slice(0, length - end.length);
  if (args.bool('killwords', false)) return cut + end;
  const space = cut.lastIndexOf(' ');
  return (space < 0 ? cut : cut.slice(0, space)) + end;
}

function breakWord(word: string, width: number): string[] {
  return word.match(new RegExp(`[\\s\\S]{1,${width}}`, 'g')) ?? [];
}

function wrapLine(line: string, width: number, breaksLong: boolean): string[] {
  const lines: string[] = [];
  let current = '';
  for (const chunk of line.match(/\s+|[^\s-]+-+(?=\w)|\S+/g) ?? []) {
    if ((current + chunk).length <= width) current += chunk;
    else if (/^\s/.test(chunk)) {
      lines.push(current);
      current = '';
    } else {
      // A word longer than a line starts on the line at hand.
      const left = breaksLong && chunk.length > width ? width - current.length : 0;
      if ((current + chunk.slice(0, left)).trim() !== '')
        lines.push((current + chunk.slice(0, left)).trimEnd());
      const pieces = breaksLong ? breakWord(chunk.slice(left), width) : [chunk];
      append(lines, pieces.slice(0, -1));
      current = pieces.at(-1) ?? '';
    }
  }
  if (current !== '') lines.push(current.trimEnd());
  return lines;
}

function wordWrap(args: Args): string {
  const width = args.count('width', 79);
  const ends = args.has('wrapstring') ? args.text('wrapstring') : '\n';
  return splitLines(args.text('value'), false)
    .map((line) => wrapLine(line, width, args.bool('break_long_words', true)).join(ends))
    .join(ends);
}

function htmlEscape(source: string): string {
  const names: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&#34;',
    "'": '&#39;',
  };
  return source.replace(/[&<>"']/g, (sign) => names[sign] ?? sign);
}

function center(args: Args): string {
  const source = args.text('value');
  const gap = Math.max(0, args.count('width', 80) - characters(source).length);
  const left = Math.floor(gap / 2) + (gap & args.count('width', 80) & 1);
  return ' '.repeat(left) + source + ' '.repeat(gap - left);
}

function format(args: Args): string {
  if (args.named.size > 0 && args.rest.length > 0)
    return fail('format takes values by place or by name, not both');
  return formatPercent(args.text('value'), args.named.size > 0 ? new Map(args.named) : tuple(args.rest));
}

function splitFilter(args: Args): Value {
  const separator = args.has('sep') ? args.text('sep') : undefined;
  return split(args.text('value'), separator, args.count('maxsplit', -1));
}

/** Python's str.title() would raise the letter after an apostrophe; Jinja2's filter does not. */
function title(source: string): string {
  return source
    .split(/([-\s({[<]+)/)
    .map((part) => (part === '' ? '' : part.charAt(0).toUpperCase() + part.slice(1).toLowerCase()))
    .join('');
}

export const stringFilters: Table<Filter> = {
  lower: plain((source) => source.toLowerCase()),
  upper: plain((source) => source.toUpperCase()),
  capitalize: plain(capitalize),
  title: plain(title),
  trim: {
    parameters: 'value chars',
    run: (args) => strip(args.text('value'), args.has('chars') ? args.text('chars') : undefined, 'both'),
  },
  replace: { parameters: 'value old new count', run: replace },
  indent: { parameters: 'value width first blank', run: indent },
  quote: { parameters: 'value', run: (args) => shellQuote(args.has('value') ? args.text('value') : '') },
  comment: { parameters: 'value style **parts', run: comment },
  join: {
    parameters: 'value d attribute',
    run: (args, tools) =>
      joinText(args, (entry) =>
        args.has('attribute')
          ? (iterate(
              tools.filter('map', [entry], {
                positional: [],
                named: new Map([['attribute', args.value('attribute')]]),
              }),
            )[0] ?? null)
          : entry,
      ),
  },
  string: {
    parameters: 'value',
    run: (args) => new KeptText(args.text('value'), joinAll([args.value('value')])),
  },
  format: { parameters: 'value *values **named', run: format },
  split: { parameters: 'value sep maxsplit', run: splitFilter },
  center: { parameters: 'value width', run: center },
  truncate: { parameters: 'value length killwords end leeway', run: truncate },
  wordwrap: { parameters: 'value width break_long_words wrapstring break_on_hyphens', run: wordWrap },
  wordcount: plain((source) => (source.match(/[\p{L}\p{N}_]+/gu) ?? []).length),
  escape: plain(htmlEscape),
  e: plain(htmlEscape),
  forceescape: plain(htmlEscape),
  safe: plain((source) => source),
  striptags: plain((source) =>
    source
      .replace(/<!--[\s\S]*?-->|<[^>]*>/g, '')
      .split(/\s+/)
      .filter((part) => part !== '')
      .join(' '),
  ),
  urlize: plain((source) =>
    source.replace(/\bhttps?:\/\/[^\s<]+/g, (url) => `<a href="${url}" rel="noopener">${url}</a>`),
  ),
  filesizeformat: {
    parameters: 'value binary',
    run: (args) => {
      const isBinary = args.bool('binary', false);
      const base = isBinary ? 1024 : 1000;
      const size = args.number('value');
      if (size === 1) return '1 Byte';
      if (size < base) return `${Math.trunc(size)} Bytes`;
      const units = ['k', 'M', 'G', 'T', 'P', 'E', 'Z', 'Y'];
      const power = Math.min(units.length, Math.floor(Math.log(size) / Math.log(base) + 1e-12));
      const unit = units[power - 1] ?? '';
      return `${fixedDigits(size / base ** power, 1)} ${isBinary ? `${unit.toUpperCase() === 'K' ? 'K' : unit}iB` : `${unit}B`}`;
    },
  },
  xmlattr: {
    parameters: 'value autospace',
    run: (args) => {
      const pairs = bare(args.value('value'));
      if (!isDict(pairs)) return fail('xmlattr needs a dict');
      const shown = [...pairs]
        .filter(([, entry]) => entry !== null)
        .map(([key, entry]) => `${String(key)}="${htmlEscape(text(entry))}"`);
      return (shown.length > 0 && args.bool('autospace', true) ? ' ' : '') + shown.join(' ');
    },
  },
};
