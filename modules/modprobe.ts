// Keeps a kernel module loaded or not, now and after a reboot. A container has no modules of its own: there the kernel's
// are taken as they are, and it is said.
import { textContent } from '../engine/module/content.ts';
import type { Plan, Probe, ProbeKind, Step, StepKind } from '../engine/module/contract.ts';
import { effect, probe, step } from '../engine/module/probe_identity.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { oneOf, optional, str } from '../engine/module/kinds.ts';
import { sh } from '../engine/module/quote.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { removeFile } from '../engine/module/vocabulary/remove_file.ts';
import { writeFile } from '../engine/module/vocabulary/write_file.ts';

/** `foreign`: this host has no module folder, so nothing can be loaded from here. */
export type ModuleState = (typeof states)[number];
const states = ['loaded', 'built-in', 'absent', 'foreign'] as const;

export const kernelModuleKind: ProbeKind<{ readonly name: string }, ModuleState> = {
  name: 'kernel module',
  stability: 'stable',
  target: 'host',
  // The kernel writes dashes of a module's name as underscores.
  ask: ({ name }) => ({
    script: sh`m=$(printf %s ${name} | tr - _)
if grep -q "^$m " /proc/modules 2>/dev/null; then echo loaded
elif [ -d "/sys/module/$m" ]; then echo built-in
elif [ ! -d "/lib/modules/$(uname -r)" ]; then echo foreign
elif tr - _ < "/lib/modules/$(uname -r)/modules.builtin" 2>/dev/null | grep -q "/$m\\.ko"; then echo built-in
else echo absent; fi`.text,
  }),
  parse: ({ stdout, stderr }, { name }) =>
    states.find((state) => state === stdout.toString('utf8').trim()) ?? {
      failed: `Cannot look for kernel module ${name}: ${stderr.toString('utf8').trim()}`,
    },
  shown: (state, { name }) => ({ title: `kernel module ${name}`, lines: [state] }),
};

const kernelModule = (name: string): Probe<ModuleState> => probe(kernelModuleKind, { name });

interface Load {
  readonly name: string;
  readonly params: string;
  readonly load: boolean;
}

const loadKind: StepKind<Load, void> = {
  name: 'load kernel module',
  target: 'host',
  perform: ({ name, params, load }) => ({
    script: load
      ? sh`modprobe -- ${name} ${params.split(/\s+/).filter((word) => word !== '')}`.text
      : sh`modprobe -r -- ${name}`.text,
  }),
  describe: ({ name, load }) => `${load ? 'load' : 'unload'} kernel module ${name}`,
  mayFail: ({ name, load }) => `whether the kernel ${load ? 'loads' : 'lets go of'} ${name}`,
  effects: [
    effect(kernelModuleKind, {
      touches: () => true,
      predict: ({ name, load }, question, before) => {
        if (question.name !== name) return before;
        return load ? 'loaded' : 'absent';
      },
    }),
  ],
};

interface Wanted {
  readonly name: string;
  readonly params: string;
  readonly state: 'present' | 'absent';
  readonly persistent: 'disabled' | 'absent' | 'present';
}

interface Seen {
  readonly module: ModuleState;
  readonly file: FileContent;
}

const fileOf = (name: string): string => `/etc/modules-load.d/${name}.conf`;

function planModule(params: Wanted, seen: Seen, user: string): Plan {
  const path = fileOf(params.name);
  const has = seen.module === 'loaded' || seen.module === 'built-in';
  const wants = params.state === 'present';
  const isForeign = seen.module === 'foreign';
  const line = `${params.name}\n`;
  const load: Step[] =
    has === wants || isForeign || (seen.module === 'built-in' && !wants)
      ? []
      : [step(loadKind, { name: params.name, params: params.params, load: wants })];
  const isListed = seen.file.found === 'file';
  const persist: Step[] =
    params.persistent === 'present' && textIn(seen.file) !== line
      ? [writeFile({ path, content: textContent(line), mode: '0644', creator: user })]
      : params.persistent === 'absent' && isListed
        ? [removeFile(path)]
        : [];
  return {
    steps: [...load, ...persist],
    warnings:
      isForeign && wants
        ? [`kernel module ${params.name} cannot be loaded here (no /lib/modules): taken as built in`]
        : [],
  };
}

export const modprobe = defineModule({
  name: 'modprobe',
  fullNames: ['community.general.modprobe'],
  summary: 'Keep a kernel module loaded, now and after a reboot',
  reach: () => ({ files: ['/etc/modules-load.d'], answers: [kernelModuleKind] }),
  params: {
    name: str({ doc: 'Name of the kernel module' }),
    params: optional(str({ doc: 'Parameters for loading it' }), ''),
    state: optional(oneOf('present', 'absent'), 'present'),
    persistent: optional(oneOf('disabled', 'absent', 'present'), 'disabled'),
  },
  seen: answers<Seen>(),
  probes: (params, seen) =>
    seen.module ? done : { module: kernelModule(params.name), file: content(fileOf(params.name)) },
  plan: (params, seen, context) => planModule(params, seen, context.user),
  result: (params) => ({ name: params.name, state: params.state, params: params.params }),
});
