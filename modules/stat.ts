// Looks at a path. Changes nothing.
import { answers, defineModule } from '../engine/module/define.ts';
import { bool, oneOf, optional, path } from '../engine/module/kinds.ts';
import { stat as statProbe, type Stat } from '../engine/module/vocabulary/stat.ts';
import { statResult } from './shared/stat_result.ts';

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
      bool({ aliases: ['mime', 'mime_type', 'mime-type'], doc: 'Taken and passed over.' }),
      true,
    ),
    get_attributes: optional(bool({ aliases: ['attr', 'attributes'], doc: 'Taken and passed over.' }), true),
  },
  seen: answers<{ readonly file: Stat }>(),
  probes: ({ path, follow, get_checksum: isSummed, checksum_algorithm: digest }) => ({
    file: statProbe({ path, follow, ...(isSummed ? { digest } : {}) }),
  }),
  plan: () => ({ steps: [] }),
  result: ({ path }, { file }, _, __, { user }) => ({
    stat: file.exists ? statResult(path, file, user) : { exists: false },
  }),
});
