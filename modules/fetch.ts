// Keeps a copy of a host's file on the control machine, by default below a folder named after the host.
import path from 'node:path';
import { md5Of, sha1Of } from '../engine/module/content.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, optional, path as pathKind, raw, str, type Parameters } from '../engine/module/kinds.ts';
import { content, type FileContent } from '../engine/module/vocabulary/content.ts';
import { keepFile } from '../engine/module/vocabulary/control_write.ts';
import { keptFile, type KeptFile } from '../engine/module/vocabulary/kept_file.ts';

const doc = 'Taken and passed over, as Ansible passes over any name here.';
/** What content gives beside them, at times for many years. */
const passedOver = {
  mode: optional(raw({ doc })),
  owner: optional(raw({ doc })),
  group: optional(raw({ doc })),
  validate_md5: optional(raw({ doc })),
};

const params = {
  src: pathKind({ aliases: ['path'] }),
  dest: str({
    kept: true,
    doc: 'A folder of the control machine; with flat a file, or a folder when it ends in /.',
  }),
  flat: optional(bool(), false),
  fail_on_missing: optional(bool(), true),
  ...passedOver,
  validate_checksum: optional(bool({ doc: 'Taken and passed over: what arrives is always checked.' }), true),
};

type Wish = Parameters<typeof params>;

/** A host's name, or its path, may be what another host said: neither may lead out of the folder. */
function leavesFolder({ flat }: Wish, hostName: string): boolean {
  return !flat && (hostName.includes('/') || hostName === '.' || hostName === '..');
}

function place({ src, dest, flat }: Wish, hostName: string): string {
  if (!flat) return path.join(dest, hostName.replaceAll('/', '_'), path.posix.normalize(`/${src}`));
  return dest.endsWith('/') ? path.join(dest, path.posix.basename(src)) : dest;
}

export const fetch = defineModule({
  name: 'fetch',
  fullNames: ['ansible.builtin.fetch'],
  summary: 'Keep a copy of a host’s file on the control machine',
  reach: ({ dest }) => ({ where: 'control', files: [dest] }),
  params,
  seen: answers<{ readonly file: FileContent; readonly kept: KeptFile }>(),
  probes: (wish, _, { hostName }) => ({
    file: content(wish.src, 1024 ** 3),
    kept: keptFile(place(wish, hostName)),
  }),
  plan: (wish, { file, kept }, { hostName }) => {
    if (leavesFolder(wish, hostName))
      return {
        steps: [],
        fail: `no folder below ${wish.dest} can be called ${hostName}; give dest with flat`,
      };
    if (file.found === 'too-large') return { steps: [], fail: `${wish.src} is too large to fetch` };
    if (file.found !== 'file')
      return wish.fail_on_missing
        ? { steps: [], fail: `the remote file does not exist: ${wish.src}` }
        : { steps: [] };
    const isSame = kept.sha256 === file.content.sha256;
    return { steps: isSame ? [] : [keepFile({ path: place(wish, hostName), content: file.content })] };
  },
  // The keys are those of ansible-core, which names the source where nothing was fetched alone.
  result: (wish, { file, kept }, _, __, { hostName }) => {
    const dest = place(wish, hostName);
    if (file.found !== 'file')
      return { dest, file: wish.src, msg: 'the remote file does not exist, not transferring, ignored' };
    const sums = { checksum: sha1Of(file.content), md5sum: md5Of(file.content) ?? null };
    if (kept.sha256 === file.content.sha256) return { dest, file: wish.src, ...sums };
    return { dest, ...sums, remote_checksum: sums.checksum, remote_md5sum: null };
  },
});
