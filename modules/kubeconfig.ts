// Keeps a kubeconfig with its certificates embedded, so that the file can be carried about. It holds a key: mode 0600.
import { textContent } from '../engine/module/content.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { optional, path, str } from '../engine/module/kinds.ts';
import { changeOwnership } from '../engine/module/vocabulary/change_ownership.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { missingOwnership } from '../engine/module/vocabulary/ownership.ts';
import { stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { writeFile } from '../engine/module/vocabulary/write_file.ts';
import { writeKubeconfig } from './shared/kubeconfig.ts';

interface Seen {
  readonly file: Stat;
  readonly ca: FileContent;
  readonly cert: FileContent;
  readonly key: FileContent;
}

export const kubeconfig = defineModule({
  name: 'kubeconfig',
  summary: 'Keep a kubeconfig with embedded certificates',
  reach: ({ path }) => ({ files: [path] }),
  params: {
    path: path({ doc: 'The kubeconfig' }),
    server: str({ doc: 'https://ADDRESS:PORT of the API' }),
    cluster: optional(str(), 'kubernetes'),
    user: str({ doc: 'Name of the entry, by custom the certificate’s CN' }),
    context: optional(str(), 'default'),
    ca: path({ doc: 'Certificate of the authority, PEM' }),
    cert: path({ doc: 'Client certificate, PEM' }),
    key: path({ doc: 'Its key, PEM' }),
  },
  returns: { path: str(), server: str() },
  seen: answers<Seen>(),
  probes: (params, seen) =>
    seen.file
      ? done
      : {
          file: stat({ path: params.path, digest: 'sha256' }),
          ca: content(params.ca),
          cert: content(params.cert),
          key: content(params.key),
        },
  plan: (params, seen, context) => {
    const missing = (['ca', 'cert', 'key'] as const).find((name) => seen[name].found !== 'file');
    if (missing) return { steps: [], fail: `${missing}: there is no file ${params[missing]}` };
    const { cluster, server, user } = params;
    const parts = { ca: textIn(seen.ca), cert: textIn(seen.cert), key: textIn(seen.key) };
    const wanted = textContent(
      writeKubeconfig({ cluster, server, user, context: params.context, ...parts }),
      {
        secret: true,
      },
    );
    const { file } = seen;
    const wish = { owner: context.user, mode: '0600' };
    if (!file.exists || file.digest !== wanted.sha256)
      return {
        steps: [writeFile({ path: params.path, content: wanted, ...wish, creator: context.user })],
        differences: [{ header: params.path, before: file.exists ? '' : null, after: wanted, secret: true }],
      };
    const unowned = missingOwnership(file, wish);
    return { steps: unowned ? [changeOwnership({ path: params.path, ...unowned })] : [] };
  },
  result: (params) => ({ path: params.path, server: params.server }),
});
