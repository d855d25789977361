// Reads a file of the host into the result, in base64.
import { answers, defineModule } from '../engine/module/define.ts';
import { path, str } from '../engine/module/kinds.ts';
import { content, type FileContent } from '../engine/module/vocabulary/content.ts';

export const slurp = defineModule({
  name: 'slurp',
  fullNames: ['ansible.builtin.slurp'],
  summary: 'Read a file of the host',
  reach: 'nothing',
  params: { src: path({ aliases: ['path'] }) },
  returns: {
    content: str({ doc: 'The file in base64: filter b64decode gives its text' }),
    encoding: str({ doc: 'base64' }),
    source: str({ doc: 'The file' }),
  },
  seen: answers<{ readonly file: FileContent }>(),
  probes: ({ src }) => ({ file: content(src, 64 * 1024 * 1024) }),
  plan: ({ src }, { file }) => {
    if (file.found === 'nothing') return { steps: [], fail: `file not found: ${src}` };
    if (file.found === 'not-a-file')
      return { steps: [], fail: `source is a directory and must be a file: ${src}` };
    if (file.found === 'too-large')
      return { steps: [], fail: `${src} is too large to read: ${file.size} bytes` };
    return { steps: [] };
  },
  result: ({ src }, { file }) => ({
    source: src,
    encoding: 'base64',
    content: file.found === 'file' ? Buffer.from(file.content.bytes).toString('base64') : '',
  }),
});
