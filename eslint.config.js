// Lint: typescript-eslint's strict rules with types, and design.md's import directions as rules.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folder -> folders of engine/ (or beside it) that it may import from. */
const directions = {
  'engine/document': [],
  'engine/template': ['document'],
  'engine/playbook': ['document', 'template'],
  'engine/inventory': ['document', 'template'],
  'engine/galaxy': ['document', 'playbook'],
  'engine/variables': ['document', 'template', 'inventory', 'playbook'],
  'engine/module': ['document'],
  'engine/connection': ['document', 'module'],
  'engine/run': ['document', 'template', 'playbook', 'inventory', 'variables', 'module', 'connection'],
  'engine/report': ['document', 'run', 'module'],
};
const engineFolders = [
  'document',
  'template',
  'playbook',
  'galaxy',
  'inventory',
  'variables',
  'module',
  'connection',
  'run',
  'report',
  'cli',
];

/** One owner for each outside package. */
const owners = {
  yaml: ['engine/document'],
  nunjucks: ['engine/template'],
  ajv: ['engine/module', 'engine/template'],
  typebox: ['engine/module', 'modules'],
  ssh2: ['engine/connection'],
  'p-limit': ['engine/run', 'engine/connection'],
  'node-forge': ['modules/shared'],
  'tar/parse': ['engine/galaxy'],
  'tar/read-entry': ['engine/galaxy'],
};

/** The same for packages of one family. */
const familyOwners = { '@aws-sdk/*': 'aws' };

const testsOnly = {
  name: 'uvu',
  importNames: ['suite', 'test', 'exec'],
  message: 'Tests use test/support/suite.ts, which closes the runner’s traps.',
};

function restrictionsFor(folder) {
  const allowed = directions[folder];
  const patterns = [];
  if (allowed) {
    const own = folder.split('/')[1];
    const forbidden = engineFolders.filter((name) => name !== own && !allowed.includes(name));
    if (forbidden.length > 0)
      patterns.push({
        group: forbidden.flatMap((name) => [`**/engine/${name}/**`, `../${name}/**`]),
        message: `${folder} may import from ${allowed.join(', ') || 'nothing'} only.`,
      });
    patterns.push({
      group: ['**/modules/**', '**/lab/**', '**/bench/**', '**/test/**'],
      message: 'The engine knows no modules, lab or tests.',
    });
  }
  if (folder === 'modules')
    patterns.push({
      group: engineFolders.filter((name) => name !== 'module').map((name) => `**/engine/${name}/**`),
      message: 'Modules import engine/module only.',
    });
  if (folder === 'aws')
    patterns.push({
      group: ['**/engine/**', '**/modules/**', '**/inventory/**', '**/lab/**', '**/test/**'],
      message: 'aws speaks to AWS and knows nothing of playbooks.',
    });
  for (const [name, owner] of Object.entries(familyOwners))
    if (folder !== owner) patterns.push({ group: [name], message: `Only ${owner} may import it.` });
  const paths = Object.entries(owners)
    .filter(
      ([, folders]) => !folders.some((owner) => folder.startsWith(owner) || owner.startsWith(`${folder}/`)),
    )
    .map(([name, folders]) => ({ name, message: `Only ${folders.join(', ')} may import it.` }));
  return ['error', { paths: [...paths, testsOnly], patterns }];
}

const folders = [...Object.keys(directions), 'engine/cli', 'modules', 'inventory', 'aws', 'lab', 'bench'];

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', '**/fixtures/**', '.hardway/'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': [
        'error',
        { fixStyle: 'inline-type-imports', disallowTypeAnnotations: false },
      ],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // Recurses without end on recursive types such as our values.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
    },
  },
  ...folders.map((folder) => ({
    files: [`${folder}/**/*.ts`],
    rules: { 'no-restricted-imports': restrictionsFor(folder) },
  })),
  {
    files: ['modules/shared/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: [testsOnly], patterns: [{ group: ['@aws-sdk/*'], message: 'Only aws may import it.' }] },
      ],
    },
  },
  {
    files: ['test/**/*.ts'],
    ignores: ['test/support/suite.ts', 'test/support/run.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: [testsOnly] }] },
  },
  {
    files: ['**/*.js', '**/*.mjs'],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: { console: 'readonly', process: 'readonly', URL: 'readonly', Buffer: 'readonly' },
    },
  },
);
