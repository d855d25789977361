// Writes the declarations of the library and the testing kit into dist/types/: those files that the two entries
// reach, and nothing else. Run before the package is packed, and by `npm run types` in a clone whose modules are linked.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './prepare.mjs';

const target = path.join(root, 'dist', 'types');
const entries = ['engine/library.ts', 'engine/module/testing.ts'].map((file) => path.join(root, file));

function compilerOptions() {
  const file = path.join(root, 'tsconfig.json');
  const { options } = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, ts.sys.readFile).config,
    ts.sys,
    root,
  );
  return {
    ...options,
    ...{
      noEmit: false,
      incremental: false,
      tsBuildInfoFile: undefined,
      declaration: true,
      emitDeclarationOnly: true,
    },
    ...{ rootDir: root, outDir: target },
  };
}

/** The declaration of one file as it is emitted, and what it names relative to itself. */
function declare(program, file) {
  let text;
  const { diagnostics } = program.emit(
    program.getSourceFile(file),
    (_, written) => (text = written),
    undefined,
    true,
  );
  if (text === undefined || diagnostics.length > 0) {
    console.error(
      ts.formatDiagnostics(diagnostics, ts.createCompilerHost({})) || `No declaration of ${file}`,
    );
    process.exit(1);
  }
  const named = [...text.matchAll(/(?:from |import\()["'](\.[^"']+)["']/g)].map(([, name]) => name);
  return { text, reached: named.map((name) => path.resolve(path.dirname(file), name)) };
}

rmSync(target, { recursive: true, force: true });
const program = ts.createProgram(entries, compilerOptions());
const wanted = new Set(entries);
for (const file of wanted) {
  const { text, reached } = declare(program, file);
  const place = path.join(target, path.relative(root, file).replace(/\.ts$/, '.d.ts'));
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, text);
  for (const one of reached) wanted.add(one);
}
console.log(`dist/types: ${wanted.size} files`);
