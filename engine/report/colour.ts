const codes = {
  green: '32',
  yellow: '33',
  red: '31',
  brightRed: '31;1',
  cyan: '36',
  blue: '34',
  magenta: '35',
  grey: '90',
  bold: '1',
} as const;

export type Colour = keyof typeof codes;
export type Paint = (colour: Colour, text: string) => string;

const unpainted: Paint = (_colour, text) => text;
const painted: Paint = (colour, text) => `\u001b[${codes[colour]}m${text}\u001b[0m`;

/** Colours on a terminal, unless the user says otherwise (https://no-color.org, FORCE_COLOR). */
export function choosePaint(isTerminal: boolean, environment: NodeJS.ProcessEnv): Paint {
  if (environment['NO_COLOR'] ?? environment['ANSIBLE_NOCOLOR']) return unpainted;
  return isTerminal || environment['FORCE_COLOR'] !== undefined ? painted : unpainted;
}
