// A command called in this process, in a folder, with what it printed: faster than a process where nothing is asked twice.
export interface Called {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type Write = typeof process.stdout.write;

function taking(into: string[]): Write {
  return (text: string | Uint8Array, ...more: readonly unknown[]) => {
    into.push(typeof text === 'string' ? text : Buffer.from(text).toString());
    const done = more.find((one) => typeof one === 'function') as (() => void) | undefined;
    done?.();
    return true;
  };
}

export async function called(command: () => Promise<number>, folder: string): Promise<Called> {
  const [out, err] = [[] as string[], [] as string[]];
  const here = process.cwd();
  const { stdout, stderr } = process;
  const [printed, complained] = [stdout.write.bind(stdout), stderr.write.bind(stderr)];
  stdout.write = taking(out);
  stderr.write = taking(err);
  process.chdir(folder);
  try {
    const code = await command();
    return { code, stdout: out.join(''), stderr: err.join('') };
  } finally {
    process.chdir(here);
    stdout.write = printed;
    stderr.write = complained;
  }
}
