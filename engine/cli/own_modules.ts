// A user's own modules: the files of a `modules/` folder beside the playbook, in JavaScript or TypeScript.
// They import 'hardway', which is this program's library wherever the folder stands.
import { existsSync, readdirSync } from 'node:fs';
import { register } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Diagnostic } from '../document/diagnostic.ts';
import type { Module } from '../module/define.ts';

export interface OwnModules {
  readonly modules: readonly Module[];
  readonly problems: readonly Diagnostic[];
}

const extensions = new Set(['.ts', '.mts', '.js', '.mjs']);
let isRegistered = false;

/** `import … from 'hardway'` finds the library although no package of that name is installed near the user's file. */
function resolveLibrary(): void {
  if (isRegistered) return;
  isRegistered = true;
  const library = new URL(import.meta.url.endsWith('.ts') ? '../library.ts' : './library.js', import.meta.url)
    .href;
  const hooks = `export async function resolve(specifier, context, next) {
    return specifier === 'hardway' ? { url: ${JSON.stringify(library)}, shortCircuit: true } : next(specifier, context);
  }`;
  register(`data:text/javascript,${encodeURIComponent(hooks)}`, import.meta.url);
}

interface TypeScriptLoader {
  register(): unknown;
}

/** TypeScript runs when Node strips types itself or tsx is installed. */
async function allowTypeScript(): Promise<boolean> {
  const features = process.features as { readonly typescript?: string | false };
  if (import.meta.url.endsWith('.ts') || (features.typescript ?? false) !== false) return true;
  const name = 'tsx/esm/api';
  try {
    ((await import(name)) as TypeScriptLoader).register();
    return true;
  } catch {
    return false;
  }
}

function isModule(candidate: unknown): candidate is Module {
  return (
    typeof candidate === 'object' &&
    candidate !== null &&
    'name' in candidate &&
    'params' in candidate &&
    'plan' in candidate &&
    typeof candidate.plan === 'function'
  );
}

function problem(file: string, summary: string, detail: string): Diagnostic {
  return { code: 'no-module', severity: 'error', summary, detail, position: { file, line: 1, column: 1 } };
}

export async function loadOwnModules(folder: string): Promise<OwnModules> {
  if (!existsSync(folder)) return { modules: [], problems: [] };
  const files = readdirSync(folder)
    .filter(
      (name) => extensions.has(path.extname(name)) && !name.endsWith('.d.ts') && !name.includes('.test.'),
    )
    .sort()
    .map((name) => path.join(folder, name));
  if (files.length === 0) return { modules: [], problems: [] };
  resolveLibrary();
  const hasTypeScript = files.some((file) => file.endsWith('ts')) ? await allowTypeScript() : true;
  const modules: Module[] = [];
  const problems: Diagnostic[] = [];
  for (const file of files) {
    if (file.endsWith('ts') && !hasTypeScript) {
      problems.push(
        problem(
          file,
          'TypeScript cannot be loaded',
          'Install tsx, use Node 22.18 or later, or write JavaScript',
        ),
      );
      continue;
    }
    try {
      const exported = Object.values((await import(pathToFileURL(file).href)) as Record<string, unknown>);
      const found = exported.filter(isModule);
      if (found.length === 0)
        problems.push(problem(file, 'No module is exported', 'Export what defineModule gives'));
      modules.push(...found);
    } catch (error) {
      problems.push(
        problem(file, 'The module cannot be loaded', error instanceof Error ? error.message : String(error)),
      );
    }
  }
  return { modules, problems };
}
