// The read-only part of a container registry (OCI distribution-spec 1.1, "pull"), answered out of the image archives.
// A repository is found by its path alone: containerd asks a mirror for `library/nginx` and puts the registry's name
// into `?ns=`, which is passed over.
import type { Catalog, Content } from './catalog.ts';

export interface RegistryAnswer {
  readonly status: 200 | 404;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Content;
}

/** The answer to GET or HEAD of a path that begins with `/v2`. */
export function answerRegistry(catalog: Catalog, pathname: string): RegistryAnswer {
  if (/^\/v2\/?$/.test(pathname)) return found({ kind: 'text', text: '{}', mediaType: 'application/json' });
  const match = /^\/v2\/(.+)\/(manifests|blobs|tags)\/([^/]+)$/.exec(pathname);
  const [, repository = '', kind = '', reference = ''] = match ?? [];
  if (kind === 'tags' && reference === 'list') return listTags(catalog, repository);
  const digest = kind === 'manifests' ? manifestDigest(catalog, repository, reference) : reference;
  const blob = digest === undefined ? undefined : findBlob(catalog, repository, digest);
  if (blob !== undefined) return found(blob, { 'docker-content-digest': `sha256:${blob.sha256}` });
  return kind === 'blobs'
    ? unknown('BLOB_UNKNOWN', `blob ${reference} is not in this registry`)
    : unknown('MANIFEST_UNKNOWN', `image ${repository}:${reference} is not in this registry`);
}

/** `docker.io/library/nginx:latest` is repository `library/nginx` with tag `latest`. */
function splitName(name: string): { repository: string; tag: string } {
  const [, repository = '', tag = ''] = /^[^/]+\/(.+):([^:/]+)$/.exec(name) ?? [];
  return { repository, tag };
}

function imagesOf(catalog: Catalog, repository: string): Catalog['images'] {
  return catalog.images.filter(({ image }) =>
    image.names.some((name) => splitName(name).repository === repository),
  );
}

function manifestDigest(catalog: Catalog, repository: string, reference: string): string | undefined {
  return imagesOf(catalog, repository).find(
    ({ image }) =>
      image.manifest === reference ||
      image.names.some((name) => {
        const split = splitName(name);
        return split.repository === repository && split.tag === reference;
      }),
  )?.image.manifest;
}

function findBlob(
  catalog: Catalog,
  repository: string,
  digest: string,
): Extract<Content, { kind: 'slice' }> | undefined {
  for (const { image, archive } of imagesOf(catalog, repository)) {
    const blob = image.blobs.find((one) => one.digest === digest);
    if (blob === undefined) continue;
    const { offset, size, mediaType } = blob;
    return { kind: 'slice', file: archive, offset, size, mediaType, sha256: digest.replace('sha256:', '') };
  }
  return undefined;
}

function listTags(catalog: Catalog, repository: string): RegistryAnswer {
  const tags = imagesOf(catalog, repository)
    .flatMap(({ image }) => image.names.map(splitName))
    .filter((name) => name.repository === repository)
    .map((name) => name.tag);
  if (tags.length === 0) return unknown('NAME_UNKNOWN', `repository ${repository} is not in this registry`);
  const list = JSON.stringify({ name: repository, tags: tags.sort() });
  return found({ kind: 'text', text: list, mediaType: 'application/json' });
}

const apiVersion = { 'docker-distribution-api-version': 'registry/2.0' };

function found(content: Content, headers: Readonly<Record<string, string>> = {}): RegistryAnswer {
  return { status: 200, headers: { ...apiVersion, ...headers }, content };
}

function unknown(code: string, message: string): RegistryAnswer {
  const body = JSON.stringify({ errors: [{ code, message }] });
  const content: Content = { kind: 'text', text: body, mediaType: 'application/json' };
  return { status: 404, headers: apiVersion, content };
}
