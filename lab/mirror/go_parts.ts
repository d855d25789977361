// Parts built by the Go toolchain: the Kubernetes programs, CoreDNS and the pause program.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Outcome } from '../outcome.ts';
import { succeeded } from '../outcome.ts';
import type { Product } from './cache.ts';
import { buildGo, downloadModule, goSources } from './go_build.ts';
import type { BuildContext, Part } from './part.ts';
import { writeTar } from './tar.ts';
import type { Architecture, Versions } from './versions.ts';

/** Programs that the multicall binary is, by the name it is called by. */
export const multicallNames = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kubelet',
  'kube-proxy',
] as const;

/** Counts up when packing or build flags change, so that older entries are not taken. */
const packing = '1';

export async function goParts(versions: Versions, architecture: Architecture): Promise<Part[]> {
  const { kubernetes, coredns, pause } = versions;
  return [
    {
      name: 'pause',
      version: pause,
      recipe: [packing, ...(await goSources('pause'))],
      build: (context) => buildPause(pause, context),
    },
    {
      name: 'kubernetes',
      version: kubernetes,
      recipe: [packing, ...(await goSources('kubernetes'))],
      build: (context) => buildKubernetes(kubernetes, architecture, context),
    },
    {
      name: 'coredns',
      version: coredns,
      recipe: [packing, ...(await goSources('coredns'))],
      build: (context) => buildCoredns(coredns, architecture, context),
    },
  ];
}

async function buildKubernetes(
  version: string,
  architecture: Architecture,
  context: BuildContext,
): Promise<Outcome<Product>> {
  const module = await downloadModule('k8s.io/kubernetes', version, context);
  if (!module.ok) return module;
  const upstream = await readFile(path.join(module.value, 'go.mod'), 'utf8');
  const built = await buildGo(
    {
      folder: 'kubernetes',
      moduleFile: kubernetesModuleFile(upstream, version),
      linkerFlags: kubernetesLinkerFlags(version),
    },
    context,
  );
  if (!built.ok) return built;
  const base = `dl.k8s.io/v${version}/bin/linux/${architecture}`;
  const names = ['hardway-kube', ...multicallNames];
  return succeeded({
    source: `Go module k8s.io/kubernetes v${version}, ${built.value.trim()}`,
    files: [
      { file: 'kubernetes', paths: names.map((name) => `${base}/${name}`) },
      { file: 'kubectl', paths: [`${base}/kubectl`] },
    ],
  });
}

/**
 * The go.mod of our main package. Kubernetes replaces its staging modules by folders of its own repository; outside of
 * it they are the published modules whose minor and patch are those of Kubernetes (1.34.2 is v0.34.2).
 */
export function kubernetesModuleFile(upstream: string, version: string): string {
  const staged = [...upstream.matchAll(/^\s*(?:replace )?(k8s\.io\/\S+) => \.\/staging\//gm)];
  const published = version.replace(/^1\./, 'v0.');
  return [
    'module hardway/kubernetes',
    /^go .*$/m.exec(upstream)?.[0] ?? 'go 1.24',
    `require k8s.io/kubernetes v${version}`,
    ...staged.map(([, name = '']) => `replace ${name} => ${name} ${published}`),
    '',
  ].join('\n');
}

/** Without these the programs call themselves v0.0.0, and nodes show that version. */
function kubernetesLinkerFlags(version: string): string {
  const [major = '', minor = ''] = version.split('.');
  const values = { gitVersion: `v${version}`, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' };
  return ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version']
    .flatMap((name) => Object.entries(values).map(([key, value]) => `-X ${name}.${key}=${value}`))
    .join(' ');
}

async function buildCoredns(
  version: string,
  architecture: Architecture,
  context: BuildContext,
): Promise<Outcome<Product>> {
  const moduleFile = `module hardway/coredns\ngo 1.24.0\nrequire github.com/coredns/coredns v${version}\n`;
  const built = await buildGo({ folder: 'coredns', moduleFile }, context);
  if (!built.ok) return built;
  const file = `coredns_${version}_linux_${architecture}.tgz`;
  const program = path.join(context.directory, 'coredns');
  await writeTar(
    [{ type: 'file', name: 'coredns', mode: 0o755, from: program }],
    path.join(context.directory, file),
    {
      gzip: true,
    },
  );
  return succeeded({
    source: `Go module github.com/coredns/coredns v${version}, ${built.value.trim()}`,
    files: [
      { file, paths: [`github.com/coredns/coredns/releases/download/v${version}/${file}`] },
      { file: 'coredns', paths: [] },
    ],
  });
}

async function buildPause(version: string, context: BuildContext): Promise<Outcome<Product>> {
  const built = await buildGo(
    {
      folder: 'pause',
      moduleFile: 'module hardway/pause\ngo 1.21\n',
      linkerFlags: `-X main.version=${version}`,
    },
    context,
  );
  if (!built.ok) return built;
  return succeeded({
    source: `our own pause program, ${built.value.trim()}`,
    files: [{ file: 'pause', paths: [] }],
  });
}
