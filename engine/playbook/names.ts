// Names of variables and of modules as they are written.

/** Words that Python keeps for itself; Ansible refuses them as variable names. */
const reserved = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
    'global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

export function isVariableName(name: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !reserved.has(name);
}

export const variableNameRule =
  'A name consists of letters, digits and underscores, begins with no digit and is no word of Python';

/** The name without `ansible.builtin.` or `ansible.legacy.`. */
export function withoutBuiltin(name: string): string {
  return name.replace(/^ansible\.(?:builtin|legacy)\./, '');
}

/** `namespace.collection.name`: a fully qualified name. */
export function isFullName(name: string): boolean {
  return /^\w+\.\w+\.\w+(?:\.\w+)*$/.test(name);
}
