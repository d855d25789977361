// Keeps the message that people see when they log in.
import {
  answers,
  content,
  defineModule,
  done,
  optional,
  path,
  str,
  textContent,
  textIn,
  writeFile,
  type FileContent,
} from 'hardway';

/** The message as it stands in the file: each line ended, the contact on a line of its own. */
function message(text: string, contact: string | undefined): string {
  return `${text.trimEnd()}\n${contact === undefined ? '' : `Contact: ${contact}\n`}`;
}

export const motd = defineModule({
  name: 'motd',
  summary: 'Keep the message that people see when they log in',
  params: {
    text: str({ aliases: ['message'], doc: 'What it says.' }),
    contact: optional(str({ doc: 'Whom to ask, as a last line.' })),
    path: optional(path({ doc: 'The file that login shows.' }), '/etc/motd'),
  },
  returns: { path: str(), size: str({ doc: 'For people: `36 bytes`.' }) },
  seen: answers<{ file: FileContent }>(),
  probes: (params, seen) => (seen.file ? done : { file: content(params.path) }),
  plan: (params, { file }, context) => {
    if (file.found === 'not-a-file') return { steps: [], fail: `${params.path} is no file` };
    const before = textIn(file);
    const after = message(params.text, params.contact);
    if (file.found === 'file' && before === after) return { steps: [] };
    return {
      steps: [
        writeFile({
          path: params.path,
          content: textContent(after),
          mode: '0644',
          creator: context.user,
        }),
      ],
      differences: [{ header: params.path, before, after }],
    };
  },
  result: (params, _before, _outcomes, after) => ({
    path: params.path,
    size: `${Buffer.byteLength(textIn(after.file))} bytes`,
  }),
});
