// Keeps swap off, now and after a reboot: active swap is switched off and its lines in /etc/fstab are commented out.
import type { Output, Plan, Probe, ProbeKind, Step, StepKind } from '../engine/module/contract.ts';
import { effect, probe, step } from '../engine/module/probe_identity.ts';
import { textContent } from '../engine/module/content.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { oneOf, optional, path } from '../engine/module/kinds.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { writeFile } from '../engine/module/vocabulary/write_file.ts';

/** Names of the devices and files in use, as the kernel lists them. */
export type ActiveSwap = readonly string[];

export const activeSwapKind: ProbeKind<null, ActiveSwap> = {
  name: 'active swap',
  stability: 'stable',
  target: 'host',
  ask: () => ({ script: 'cat /proc/swaps 2>/dev/null || :' }),
  parse: ({ stdout }: Output) =>
    stdout
      .toString('utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => line.split(/\s+/)[0] || []),
  shown: (names) => ({ title: 'active swap', lines: names }),
};

const activeSwap: Probe<ActiveSwap> = probe(activeSwapKind, null);

const switchOffKind: StepKind<ActiveSwap, void> = {
  name: 'switch swap off',
  target: 'host',
  perform: () => ({ script: 'swapoff -a' }),
  describe: (names) => `switch off swap on ${names.join(', ')}`,
  effects: [effect(activeSwapKind, { touches: () => true, predict: () => [] })],
};

const switchOff = (names: ActiveSwap): Step => step(switchOffKind, names);

const isSwapLine = (line: string): boolean =>
  !line.trim().startsWith('#') && line.trim().split(/\s+/)[2] === 'swap';

/** The table with its swap lines commented out; everything else as it was. */
export function withoutSwap(fstab: string): string {
  return fstab
    .split('\n')
    .map((line) => (isSwapLine(line) ? `# ${line}` : line))
    .join('\n');
}

function planOff(fstab: string, table: FileContent, active: ActiveSwap, user: string): Plan {
  const before = textIn(table);
  const after = withoutSwap(before);
  const isChanged = after !== before;
  return {
    steps: [
      ...(active.length > 0 ? [switchOff(active)] : []),
      ...(isChanged ? [writeFile({ path: fstab, content: textContent(after), creator: user })] : []),
    ],
    differences: isChanged ? [{ header: fstab, before, after }] : [],
  };
}

export const swap = defineModule({
  name: 'swap',
  summary: 'Keep swap off, now and after a reboot',
  reach: ({ fstab }) => ({ files: [fstab], answers: [activeSwapKind] }),
  params: {
    state: optional(oneOf('absent'), 'absent'),
    fstab: optional(path(), '/etc/fstab'),
  },
  seen: answers<{ table: FileContent; active: ActiveSwap }>(),
  probes: (params, seen) => (seen.table ? done : { table: content(params.fstab), active: activeSwap }),
  plan: (params, seen, context) => planOff(params.fstab, seen.table, seen.active, context.user),
});
