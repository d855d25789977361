// Medians, spread and ratios as a page of Markdown.
import type { BenchCase } from './cases.ts';
import type { Timings } from './timing.ts';
import type { Tool } from './tools.ts';

interface Circumstances {
  readonly rounds: number;
  readonly machine: string;
  readonly hosts: number;
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function shown(times: readonly number[]): string {
  return `${median(times).toFixed(2)} (${Math.min(...times).toFixed(2)} – ${Math.max(...times).toFixed(2)})`;
}

export function tableText(
  measured: ReadonlyMap<BenchCase, Timings>,
  all: readonly Tool[],
  { rounds, machine, hosts }: Circumstances,
): string {
  const [own, ...peers] = all;
  const head = [
    'case',
    ...all.map(({ name }) => `${name}, s`),
    ...peers.map(({ name }) => `${name} / hardway`),
  ];
  const rows = [...measured].map(([one, timings]) => {
    const ours = timings.get(own?.name ?? '') ?? [];
    const ratios = peers.map(({ name }) => (median(timings.get(name) ?? []) / median(ours)).toFixed(1));
    return [one.what, ...all.map(({ name }) => shown(timings.get(name) ?? [])), ...ratios];
  });
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return `# Beside its peers

Written by \`npm run bench -- peers\`. Wall time of whole commands in seconds: median of ${rounds} rounds (smallest – largest), taken in turns in one run, every second round in the other order. ${hosts} lab hosts (containers of this machine, so there is no network in these figures), ${String(5)} forks, logged in as root. Before a case is timed, each tool runs it once and all have to leave the same files: path, type, mode, owner and content.

${line(head)}
${line(head.map(() => '---'))}
${rows.map(line).join('\n')}

${all.map(({ name, what }) => `- ${name}: ${what}`).join('\n')}

ansible-core and mitogen run Python on the hosts, which was put there for this bench; hardway uses their shell. ansible-core keeps its ssh connections from run to run, hardway and mitogen connect anew each time.

Machine: ${machine}. Hosts and control share it, so loads of others and of the hosts themselves are in every figure: read the ratios, not the seconds.
`;
}
