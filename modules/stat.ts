// Looks at a path. Changes nothing.
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, dict, oneOf, optional, path } from '../engine/module/kinds.ts';
import type { ResultData } from '../engine/module/contract.ts';
import { openNumber, toldNumber } from '../engine/module/vocabulary/open_number.ts';
import { stat as statProbe, type ExistingFile, type Stat } from '../engine/module/vocabulary/stat.ts';
import { detailResult, detailReturns } from './shared/file_details.ts';
import { fileShownReturns, statResult } from './shared/stat_result.ts';

/** Times of a file that a step changed: those of before have lost their fractions. */
function openTimes({ details }: ExistingFile): { readonly [name: string]: ResultData } {
  if (details !== undefined) return {};
  return Object.fromEntries(['atime', 'mtime', 'ctime'].map((name) => [name, toldNumber(openNumber)]));
}

export const stat = defineModule({
  name: 'stat',
  fullNames: ['ansible.builtin.stat'],
  summary: 'Look at a file or folder',
  reach: 'nothing',
  params: {
    path: path({ aliases: ['dest', 'name'] }),
    follow: optional(bool({ doc: 'Look at what a link leads to.' }), false),
    get_checksum: optional(bool(), true),
    checksum_algorithm: optional(
      oneOf('md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', {
        aliases: ['checksum', 'checksum_algo'],
      }),
      'sha1',
    ),
    get_mime: optional(
      bool({
        aliases: ['mime', 'mime_type', 'mime-type'],
        doc: 'As file(1) tells it, where the host has it.',
      }),
      true,
    ),
    get_attributes: optional(
      bool({ aliases: ['attr', 'attributes'], doc: 'As lsattr tells them, where the host has it.' }),
      true,
    ),
  },
  returns: {
    stat: dict({ doc: 'Of what is not there: exists alone' }, { ...fileShownReturns, ...detailReturns }),
  },
  seen: answers<{ readonly file: Stat }>(),
  probes: (wish) => ({
    file: statProbe({
      ...{ path: wish.path, follow: wish.follow, detailed: true },
      ...(wish.get_checksum ? { digest: wish.checksum_algorithm } : {}),
      ...(wish.get_mime ? { media: true } : {}),
      ...(wish.get_attributes ? { attributes: true } : {}),
    }),
  }),
  plan: () => ({ steps: [] }),
  result: (wish, { file }, _, __, { user }) => ({
    stat: file.exists
      ? { ...statResult(wish.path, file, user), ...detailResult(file, wish), ...openTimes(file) }
      : { exists: false },
  }),
});
