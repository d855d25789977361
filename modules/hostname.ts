// Keeps the host's name: the one it has now and the one it boots with.
import { textContent } from '../engine/module/content.ts';
import type { Output, Probe, ProbeKind, Step, StepKind } from '../engine/module/contract.ts';
import { effect, probe, step } from '../engine/module/probe_identity.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { dict, optional, str } from '../engine/module/kinds.ts';
import { sh } from '../engine/module/quote.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { writeFile } from '../engine/module/vocabulary/write_file.ts';

const file = '/etc/hostname';

export const hostNameKind: ProbeKind<null, string> = {
  name: 'host name',
  stability: 'stable',
  target: 'host',
  ask: () => ({ script: 'uname -n' }),
  parse: ({ stdout }: Output) => stdout.toString('utf8').trim(),
  shown: (name) => ({ title: 'name of the running host', lines: [name] }),
};

const hostName: Probe<string> = probe(hostNameKind, null);

const renameKind: StepKind<string, void> = {
  name: 'set host name',
  target: 'host',
  perform: (name) => ({ script: sh`hostname -- ${name} 2>/dev/null || hostname ${name}`.text }),
  describe: (name) => `name the host ${name}`,
  effects: [effect(hostNameKind, { touches: () => true, predict: (name) => name })],
};

const rename = (name: string): Step => step(renameKind, name);

/** What the names of the host are from here on, for later tasks of the run. */
function factsOf(name: string): { readonly [fact: string]: string } {
  return { ansible_hostname: name.split('.')[0] ?? '', ansible_nodename: name };
}

export const hostname = defineModule({
  name: 'hostname',
  fullNames: ['ansible.builtin.hostname'],
  summary: 'Keep the host’s name, now and after a reboot',
  reach: () => ({ files: [file], answers: [hostNameKind] }),
  params: {
    name: str({ doc: 'The name' }),
    use: optional(str({ doc: 'Accepted for Ansible’s sake; the way is always the same' })),
  },
  returns: { name: str(), ansible_facts: dict({ doc: 'The new ansible_hostname and ansible_nodename' }) },
  facts: () => ['ansible_hostname', 'ansible_nodename'],
  seen: answers<{ now: string; atBoot: FileContent }>(),
  probes: (_params, seen) => (seen.atBoot ? done : { now: hostName, atBoot: content(file) }),
  plan: (params, seen, context) => {
    const before = textIn(seen.atBoot);
    const isWritten = before.trim() === params.name;
    const after = `${params.name}\n`;
    return {
      steps: [
        ...(isWritten
          ? []
          : [writeFile({ path: file, content: textContent(after), mode: '0644', creator: context.user })]),
        ...(seen.now === params.name ? [] : [rename(params.name)]),
      ],
      differences: isWritten ? [] : [{ header: file, before, after }],
      effects: { facts: factsOf(params.name) },
    };
  },
  result: ({ name }) => ({ name, ansible_facts: factsOf(name) }),
});
