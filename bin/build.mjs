// Makes dist/, or another folder that is named: the command in lazily loaded pieces, the library and the testing kit for
// users' own modules.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');
const dist = path.resolve(root, process.argv[2] ?? 'dist');
rmSync(dist, { recursive: true, force: true });

const entries = {
  hardway: 'engine/main.ts',
  library: 'engine/library.ts',
  testing: 'engine/module/testing.ts',
  // The lab's mirror is a process of its own.
  mirror_serve: 'lab/mirror/serve.ts',
};

await build({
  absWorkingDir: root,
  entryPoints: Object.fromEntries(
    Object.entries(entries).filter(([, file]) => existsSync(path.join(root, file))),
  ),
  outdir: dist,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  // Modules before CommonJS: of the AWS SDK only the calls that aws/sdk names are taken then.
  mainFields: ['module', 'main'],
  chunkNames: '[name]-[hash]',
  sourcemap: true,
  legalComments: 'none',
  // Names stand in stack traces; spaces are what costs time to read.
  minifyWhitespace: true,
  keepNames: false,
  // ssh2's optional native parts: it works without them, and looks for them in a try block.
  external: ['cpu-features', '*.node', 'esbuild', 'tsx'],
  // Packages in CommonJS call require for Node's own modules, and ask where they stand.
  banner: {
    js: [
      "import { createRequire as hardwayCreateRequire } from 'node:module';",
      'const require = hardwayCreateRequire(import.meta.url);',
      'const __dirname = import.meta.dirname;',
      'const __filename = import.meta.filename;',
    ].join(' '),
  },
  logLevel: 'warning',
});

const bytes = readdirSync(dist)
  .filter((file) => file.endsWith('.js'))
  .reduce((sum, file) => sum + statSync(path.join(dist, file)).size, 0);
console.log(`dist: ${Math.round(bytes / 1024)} KiB`);
