// A unit file as systemd reads it, for tests of rendered units.

export interface UnitFile {
  /** Values of a key, in order, of any section. */
  readonly all: (key: string) => readonly string[];
  readonly program: string;
  /** The program's flags, by their names. */
  readonly flags: ReadonlyMap<string, string>;
}

export function readUnit(text: string): UnitFile {
  const lines = text.replace(/\\\n\s*/g, ' ').split('\n');
  const all = (key: string): readonly string[] =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1).trim());
  const [program = '', ...words] = (all('ExecStart')[0] ?? '').split(/\s+/);
  const flags = words.map((word): [string, string] => {
    const [name = '', value = ''] = word.split(/=(.*)/s);
    return [name.replace(/^--/, ''), value];
  });
  return { all, program, flags: new Map(flags) };
}
