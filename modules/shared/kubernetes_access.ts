// Who speaks to which API server: read from a kubeconfig of the control machine.
import { isDict, isList, textOf, type Dict, type Value } from '../../engine/document/value.ts';
import { parseYaml } from '../../engine/document/yaml.ts';

/** Enough to open a TLS connection as one user. Certificates and keys are PEM; a token stands in for a pair. */
export interface Access {
  readonly server: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly token?: string;
}

function entry(dict: Value | undefined, key: string): Value | undefined {
  return dict !== undefined && isDict(dict) ? dict.get(key) : undefined;
}

function named(config: Dict, listName: string, name: string | undefined, inner: string): Value | undefined {
  const items = config.get(listName);
  if (items === undefined || !isList(items)) return undefined;
  const found = items.find((item) => textOf(entry(item, 'name') ?? null) === name);
  return entry(found, inner);
}

/** Reads the current context. Gives a message when the text is no usable kubeconfig. */
export function readAccess(text: string, file: string): Access | { readonly failed: string } {
  const parsed = parseYaml(text, file);
  const config = parsed.documents[0];
  if (config === undefined || !isDict(config)) return { failed: `${file} is no kubeconfig` };
  const context = named(config, 'contexts', textOf(config.get('current-context') ?? null), 'context');
  const cluster = named(config, 'clusters', textOf(entry(context, 'cluster') ?? null), 'cluster');
  const user = named(config, 'users', textOf(entry(context, 'user') ?? null), 'user');
  const server = textOf(entry(cluster, 'server') ?? null);
  if (server === undefined) return { failed: `${file} names no server in its current context` };
  const pem = (dict: Value | undefined, key: string): string | undefined => {
    const data = textOf(entry(dict, key) ?? null);
    return data === undefined ? undefined : Buffer.from(data, 'base64').toString('utf8');
  };
  const ca = pem(cluster, 'certificate-authority-data');
  const cert = pem(user, 'client-certificate-data');
  const key = pem(user, 'client-key-data');
  const token = textOf(entry(user, 'token') ?? null);
  return {
    server,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
    ...(token === undefined ? {} : { token }),
  };
}
