// Keeps the link `current` of a folder on one of its releases. In JavaScript, with a probe and a step of its own.
import { answers, defineModule, done, effect, path, probe, sh, step, str } from 'hardway';

const releaseKind = {
  name: 'current release',
  stability: 'stable',
  target: 'host',
  ask: (folder) => ({ script: sh`readlink -- ${`${folder}/current`} || :`.text }),
  parse: ({ stdout }) => stdout.toString('utf8').trim(),
};

const switchKind = {
  name: 'switch release',
  target: 'host',
  // Renamed over the old link: a reader finds the one or the other, never none.
  perform: ({ folder, version }) => ({
    script: sh`cd ${folder} && ln -sfn -- ${version} .current.new && mv -fT -- .current.new current`.text,
  }),
  describe: ({ folder, version }) => `switch ${folder} to release ${version}`,
  effects: [
    effect(releaseKind, {
      touches: ({ folder }, asked) => folder === asked,
      predict: ({ version }) => version,
    }),
  ],
};

export const release = defineModule({
  name: 'release',
  summary: 'Keep a folder’s link `current` on one release',
  params: {
    path: path({ doc: 'The folder of the releases.' }),
    version: str({ doc: 'The name of the release in it.' }),
  },
  returns: { before: str() },
  seen: answers(),
  probes: (params, seen) =>
    seen.current === undefined ? { current: probe(releaseKind, params.path) } : done,
  plan: ({ path: folder, version }, { current }) => ({
    steps: current === version ? [] : [step(switchKind, { folder, version })],
  }),
  result: (_params, before) => ({ before: before.current }),
});
