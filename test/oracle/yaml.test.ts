// Our YAML reader against ansible-core's: the same texts, equal values and types.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { bare, Float, isDict, isList, marksOf, type Value } from '../../engine/document/value.ts';
import { parseYaml } from '../../engine/document/yaml.ts';
import { resolvePlain } from '../../engine/document/yaml_scalar.ts';
import { describe } from '../support/suite.ts';
import { askOracle, oracleMissing } from './venv.ts';
import { documents, generatedScalars, scalars } from './yaml_texts.ts';

function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  return String(value);
}

function typed(value: Value): unknown {
  const inner = bare(value);
  if (inner === null) return ['null'];
  if (typeof inner === 'boolean') return ['bool', inner];
  if (typeof inner === 'number' || typeof inner === 'bigint') return ['int', String(inner)];
  if (typeof inner === 'string') return [marksOf(value).unsafe === true ? 'unsafe' : 'str', inner];
  if (inner instanceof Float) return ['float', pythonFloat(inner.value)];
  if (isList(inner)) return ['list', inner.map(typed)];
  if (isDict(inner)) return ['dict', [...inner].map(([key, item]) => [typed(key), typed(item)])];
  return ['undefined'];
}

/** Dates are text with us; a float is compared as a number, since both print it differently. */
function settled(theirs: unknown, ours: unknown): unknown {
  if (!Array.isArray(theirs) || !Array.isArray(ours)) return theirs;
  if (theirs[0] === 'date' && ours[0] === 'str') return ours;
  if (theirs[0] === 'float' && ours[0] === 'float' && Number(theirs[1]) === Number(ours[1])) return ours;
  return theirs.map((item, index) => settled(item, ours[index]));
}

/** Where we read what PyYAML refuses, or cannot be told from its own slip; each is told in docs/compatibility.md. */
const differences: ReadonlySet<string> = new Set([
  '- <<\n', // PyYAML has no constructor for the merge tag as a value
  '- =\n', // nor for its value tag
  'a: &x 1\nb: &x 2\nc: *x\n', // YAML lets an anchor be given anew
  'a: !unsafe\n  b: "{{ x }}"\n  c: [1, "{{ y }}"]\n', // ansible-core marks keys, and loses the inner list
]);

function compare(texts: readonly string[]): string[] {
  const asked = texts.filter((text) => !differences.has(text));
  const answers = askOracle('yaml_oracle.py', asked) as unknown[];
  const wrong: string[] = [];
  for (const [index, text] of asked.entries()) {
    const { documents: found, diagnostics } = parseYaml(text, 'text');
    const failed = diagnostics.some(({ severity }) => severity === 'error');
    const ours: unknown = failed ? ['error'] : found.map(typed);
    const answer = answers[index] as unknown[];
    const theirs = answer[0] === 'error' ? ['error'] : settled(answer, ours);
    if (JSON.stringify(theirs) !== JSON.stringify(ours))
      wrong.push(`${JSON.stringify(text)}: ${JSON.stringify(theirs)} is ${JSON.stringify(ours)} here`);
  }
  return wrong;
}

describe(
  'oracle/yaml',
  ({ test }) => {
    test('hand-picked scalars have ansible-core’s value and type', () => {
      assert.ok(scalars.length >= 150);
      assert.equal(compare(scalars.map((scalar) => `- ${scalar}\n`)), []);
    });

    test('generated scalars have ansible-core’s value and type', () => {
      const generated = generatedScalars(3000);
      assert.equal(compare(generated.map((scalar) => `- ${scalar}\n`)), []);
    });

    test('scalars as keys have ansible-core’s value and type', () => {
      // Keys that are floats become integers or text here: Key has no float.
      const keys = scalars.filter(
        (scalar) =>
          !/^[|>&*!?]|[:#]/.test(scalar) && !(resolvePlain(scalar) instanceof Float) && scalar !== '<<',
      );
      assert.equal(compare(keys.map((scalar) => `${scalar}: 1\n`)), []);
    });

    test('the YAML files that we ship are read as ansible-core reads them', () => {
      const root = path.resolve(import.meta.dirname, '../..');
      const files = ['playbooks', 'roles', 'inventory', 'lab'].flatMap((folder) =>
        readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
          .filter((name) => /\.ya?ml$/.test(name))
          .map((name) => path.join(root, folder, name)),
      );
      assert.ok(files.length >= 50, `${files.length} files`);
      assert.equal(compare(files.map((file) => readFileSync(file, 'utf8'))), []);
    });

    test('documents have ansible-core’s structure', () => {
      assert.ok(documents.length >= 50);
      assert.equal(compare(documents), []);
    });
  },
  { unless: oracleMissing() },
);
