// Makes seeded mutants of a project and tells which of them were not told of at the right node.
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Diagnostic } from '../../../../engine/document/diagnostic.ts';
import type { Position } from '../../../../engine/document/value.ts';
import { catalog as testCatalog } from './catalog.ts';
import { errorsOf, loadAndCheck, type LoadedForTest } from './load.ts';
import { type Mutant, type Mutator, type MutatorInput, mutators } from './mutants.ts';
import { pick, seededNumbers, shuffled } from '../../../support/random.ts';
import { type Site, sitesOf } from './sites.ts';
import type { ModuleCatalog } from '../../../../engine/playbook/catalog.ts';

export interface MutationRun {
  readonly seed: number;
  /** Mutants that were refused, at the broken node. */
  readonly refused: number;
  /** Mutants that a run may pass by: told of at the broken node, and refused with `--strict` alone. */
  readonly warned: number;
  /** How many mutants of each kind. */
  readonly kinds: ReadonlyMap<string, number>;
  /** Mutants that were accepted, or told of elsewhere, as text. */
  readonly misses: readonly string[];
}

export interface MutationOptions {
  /** Folder that holds the playbook, its roles and all that they name. */
  readonly folder: string;
  /** Names in the folder that are enough; all of it when absent. */
  readonly parts?: readonly string[];
  /** Playbook below the folder. */
  readonly playbook: string;
  readonly seed: number;
  /** Mutants to be refused. */
  readonly count: number;
  readonly catalog?: ModuleCatalog;
  /** Role folders below the folder. */
  readonly rolesPath?: readonly string[];
}

/** The folder is copied first: the project itself is never written to. */
export function mutateProject(options: MutationOptions): MutationRun {
  const folder = mkdtempSync(path.join(tmpdir(), 'hardway-mutants-'));
  try {
    for (const part of options.parts ?? ['.'])
      cpSync(path.join(options.folder, part), path.join(folder, part), { recursive: true });
    return mutateCopy(folder, options);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mutateCopy(folder: string, options: MutationOptions): MutationRun {
  const { seed, count, catalog = testCatalog } = options;
  const playbook = path.join(folder, options.playbook);
  const rolesPath = (options.rolesPath ?? []).map((role) => path.join(folder, role));
  const load = () => loadAndCheck(playbook, { catalog, rolesPath });
  const valid = load();
  const wrong = errorsOf(valid).map(({ summary }) => summary);
  if (wrong.length > 0) throw new Error(`The project is not valid: ${wrong.join('; ')}`);
  const sites = sitesOf(valid.plays);
  const random = seededNumbers(seed);
  const seen = new Set<string>();
  const kinds = new Map<string, number>();
  const misses: string[] = [];
  let [refused, warned] = [0, 0];
  for (let attempt = 0; refused < count && attempt < count * 100; attempt += 1) {
    const mutator = pick(mutators, random);
    const mutant = firstMutant(mutator, { sites, catalog, random, seen });
    if (!mutant) continue;
    seen.add(mutant.text);
    kinds.set(mutant.mutator, (kinds.get(mutant.mutator) ?? 0) + 1);
    const original = readFileSync(mutant.file);
    writeFileSync(mutant.file, mutant.text);
    const told = tellingOf(load());
    writeFileSync(mutant.file, original);
    const here = told.filter(({ position }) => position && isAt(position, mutant));
    if (here.some(({ severity }) => severity === 'error')) refused += 1;
    else if (here.length > 0) warned += 1;
    else misses.push(describe(mutant, told, folder));
  }
  return { seed, refused, warned, kinds, misses };
}

const passedBy = ['template-syntax', 'unknown-filter', 'unknown-test', 'unknown-lookup', 'unknown-handler'];

/** Errors, and warnings of what a run may pass by, which is no reason to refuse it. */
function tellingOf({ problems }: LoadedForTest): readonly Diagnostic[] {
  return problems.filter(({ severity, code }) => severity === 'error' || passedBy.includes(code));
}

interface Search extends Omit<MutatorInput, 'site'> {
  readonly sites: readonly Site[];
  readonly seen: ReadonlySet<string>;
}

function firstMutant(mutator: Mutator, { sites, seen, ...rest }: Search): Mutant | undefined {
  for (const site of shuffled(sites, rest.random)) {
    const mutant = mutator({ site, ...rest });
    if (mutant && !seen.has(mutant.text)) return mutant;
  }
  return undefined;
}

function isAt({ file, line, column }: Position, { node, isInside }: Mutant): boolean {
  if (file !== node.file) return false;
  if (!isInside) return line === node.line && column === node.column;
  const end = node.endLine ?? node.line;
  const isAfterStart = line > node.line || (line === node.line && column >= node.column);
  return isAfterStart && (line < end || (line === end && column <= (node.endColumn ?? column)));
}

function describe(mutant: Mutant, errors: readonly Diagnostic[], folder: string): string {
  const at = `${path.relative(folder, mutant.node.file)}:${mutant.node.line}:${mutant.node.column}`;
  const told = errors.map(
    ({ position, summary }) => `${position?.line ?? 0}:${position?.column ?? 0} ${summary}`,
  );
  return `${mutant.mutator} at ${at}: ${mutant.change}; told: ${told.join('; ') || 'nothing'}`;
}
