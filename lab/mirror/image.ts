// Makes a container image of one layer as an OCI archive (image-spec 1.1, image-layout.md) that `ctr image import`,
// podman and, by its manifest.json, docker read. The layer stays uncompressed: it is pulled over the lab's bridge only,
// and its digest is then the diff id as well.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Blob, Image } from './entry.ts';
import type { TarEntry } from './tar.ts';
import { writeTar } from './tar.ts';
import type { Architecture } from './versions.ts';

export interface ImageSource {
  /** Full names with tag. */
  readonly names: readonly string[];
  readonly architecture: Architecture;
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[];
  /** Files, links and directories without leading slash; missing parent directories are added. */
  readonly content: readonly TarEntry[];
}

const mediaTypes = {
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar',
} as const;

/** Writes `directory/archive` and gives the record by which the registry serves it. */
export async function writeImage(
  source: ImageSource,
  directory: string,
  archive: string,
  scratch: string,
): Promise<Image> {
  const layerFile = path.join(scratch, 'layer.tar');
  await writeTar(withParents(source.content), layerFile);
  const layer = {
    mediaType: mediaTypes.layer,
    digest: await digestOfFile(layerFile),
    size: (await stat(layerFile)).size,
  };
  const config = jsonBlob(mediaTypes.config, {
    architecture: source.architecture,
    os: 'linux',
    config: {
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
      Entrypoint: source.entrypoint,
      ...(source.command === undefined ? {} : { Cmd: source.command }),
    },
    rootfs: { type: 'layers', diff_ids: [layer.digest] },
  });
  const manifest = jsonBlob(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config: config.descriptor,
    layers: [layer],
  });
  const index = source.names.map((name) => ({
    ...manifest.descriptor,
    annotations: {
      'io.containerd.image.name': name,
      'org.opencontainers.image.ref.name': name.slice(name.lastIndexOf(':') + 1),
    },
  }));
  const docker = [
    { Config: blobPath(config.descriptor.digest), RepoTags: source.names, Layers: [blobPath(layer.digest)] },
  ];
  const offsets = await writeTar(
    [
      textFile('oci-layout', { imageLayoutVersion: '1.0.0' }),
      textFile('index.json', { schemaVersion: 2, manifests: index }),
      textFile('manifest.json', docker),
      { type: 'file', name: blobPath(manifest.descriptor.digest), from: manifest.content },
      { type: 'file', name: blobPath(config.descriptor.digest), from: config.content },
      { type: 'file', name: blobPath(layer.digest), from: layerFile },
    ],
    path.join(directory, archive),
  );
  const blobs = [manifest.descriptor, config.descriptor, layer].map((one): Blob => ({
    ...one,
    offset: offsets.get(blobPath(one.digest)) ?? 0,
  }));
  return { archive, names: source.names, manifest: manifest.descriptor.digest, blobs };
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

function jsonBlob(mediaType: string, value: unknown): { content: Buffer; descriptor: Descriptor } {
  const content = Buffer.from(JSON.stringify(value));
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
  return { content, descriptor: { mediaType, digest, size: content.length } };
}

function textFile(name: string, value: unknown): TarEntry {
  return { type: 'file', name, from: Buffer.from(JSON.stringify(value)) };
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}

async function digestOfFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `sha256:${hash.digest('hex')}`;
}

/** Puts every directory before what lies in it, as unpackers want it. */
function withParents(content: readonly TarEntry[]): TarEntry[] {
  const given = new Set(content.map((entry) => entry.name));
  const result: TarEntry[] = [];
  for (const entry of content) {
    const parts = entry.name.split('/').slice(0, -1);
    for (const [index] of parts.entries()) {
      const parent = parts.slice(0, index + 1).join('/');
      if (given.has(parent)) continue;
      given.add(parent);
      result.push({ type: 'directory', name: parent });
    }
    result.push(entry);
  }
  return result;
}
