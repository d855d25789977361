// Which style PyYAML gives a scalar: what its emitter's analysis of a text allows.
import { resolvePlain } from '../../document/yaml_scalar.ts';

export interface ScalarAnalysis {
  readonly isMultiline: boolean;
  readonly allowsFlowPlain: boolean;
  readonly allowsBlockPlain: boolean;
  readonly allowsSingle: boolean;
  readonly allowsBlock: boolean;
}

const breaks = '\n\x85\u2028\u2029';
const blanks = `\0 \t\r${breaks}`;

function isPrintable(character: string): boolean {
  if (character === '\n' || (character >= ' ' && character <= '~')) return true;
  const code = character.codePointAt(0) ?? 0;
  if (code === 0xfeff) return false;
  return code === 0x85 || (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0xfffd);
}

/** Characters that mean something in YAML at their place. */
function indicators(characters: readonly string[]): { flow: boolean; block: boolean } {
  const text = characters.join('');
  let flow = /^(?:---|\.\.\.)/.test(text);
  let block = flow;
  for (const [index, character] of characters.entries()) {
    const next = characters[index + 1];
    const isFollowed = next === undefined || blanks.includes(next);
    const isPreceded = index === 0 || blanks.includes(characters[index - 1] ?? '');
    if (index === 0 && '#,[]{}&*!|>\'"%@`'.includes(character)) flow = block = true;
    if (index === 0 && character === '-' && isFollowed) flow = block = true;
    if (character === ':' || (index === 0 && character === '?')) {
      flow = true;
      block ||= isFollowed;
    }
    if (index > 0 && ',?[]{}'.includes(character)) flow = true;
    if (index > 0 && character === '#' && isPreceded) flow = block = true;
  }
  return { flow, block };
}

export function analyze(text: string): ScalarAnalysis {
  if (text === '')
    return {
      isMultiline: false,
      allowsFlowPlain: false,
      allowsBlockPlain: true,
      allowsSingle: true,
      allowsBlock: false,
    };
  const characters = Array.from(text);
  const { flow, block } = indicators(characters);
  const hasBreaks = new RegExp(`[${breaks}]`).test(text);
  const isSpecial = !characters.every(isPrintable) || new RegExp(` [${breaks}]`).test(text);
  const isBreakSpace = new RegExp(`[${breaks}] `).test(text);
  const isEdged = new RegExp(`^[ ${breaks}]|[ ${breaks}]$`).test(text);
  const isPlain = !isEdged && !isBreakSpace && !isSpecial && !hasBreaks;
  return {
    isMultiline: hasBreaks,
    allowsFlowPlain: isPlain && !flow,
    allowsBlockPlain: isPlain && !block,
    allowsSingle: !isBreakSpace && !isSpecial,
    allowsBlock: !text.endsWith(' ') && !isSpecial,
  };
}

const timestamp =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;

/** Whether plain text would be read back as text. */
export function readsAsText(text: string): boolean {
  return (
    text !== '' &&
    text !== '=' &&
    text !== '<<' &&
    typeof resolvePlain(text) === 'string' &&
    !timestamp.test(text)
  );
}
