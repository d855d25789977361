import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe } from '../../support/suite.ts';
import { imageEntry, temporaryDirectory } from './fake_entry.ts';

describe('writeImage', ({ test }) => {
  test('writes an OCI archive whose blobs lie where the record says, each with its digest', async () => {
    const entry = await imageEntry(temporaryDirectory(), [
      'registry.example/a/hello:1',
      'registry.example/a/hello:2',
    ]);
    const { image } = entry;
    assert.ok(image !== undefined);
    const archive = path.join(entry.directory, image.archive);
    const bytes = readFileSync(archive);
    assert.equal(image.blobs.length, 3);
    for (const blob of image.blobs) {
      const content = bytes.subarray(blob.offset, blob.offset + blob.size);
      assert.equal(`sha256:${createHash('sha256').update(content).digest('hex')}`, blob.digest);
    }
    const member = (name: string): Buffer =>
      execFileSync('tar', ['--extract', '--to-stdout', '--file', archive, name]);
    const index = JSON.parse(member('index.json').toString()) as { manifests: { digest: string }[] };
    assert.deepEqual(
      index.manifests.map((one) => one.digest),
      [image.manifest, image.manifest],
    );
    const manifest = JSON.parse(member(`blobs/${image.manifest.replace(':', '/')}`).toString()) as {
      config: { digest: string };
      layers: { digest: string }[];
    };
    const config = JSON.parse(member(`blobs/${manifest.config.digest.replace(':', '/')}`).toString()) as {
      rootfs: { diff_ids: string[] };
    };
    assert.deepEqual(config.rootfs.diff_ids, [manifest.layers[0]?.digest]);
  });

  test('puts directories before what lies in them', async () => {
    const { directory, image } = await imageEntry(temporaryDirectory(), ['registry.example/hello:1']);
    assert.ok(image !== undefined);
    const layer = image.blobs.find((blob) => blob.mediaType.includes('layer'));
    const bytes = readFileSync(path.join(directory, image.archive));
    const content = bytes.subarray(layer?.offset, (layer?.offset ?? 0) + (layer?.size ?? 0));
    const listed = execFileSync('tar', ['--list', '--file', '-'], { input: content }).toString();
    assert.equal(listed, 'bin/\nbin/hello\n');
  });
});
