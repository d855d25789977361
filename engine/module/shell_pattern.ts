// CONTRACT. What modules use of the shell's patterns: the same as in names of tasks.
export { shellPattern } from '../document/shell_pattern.ts';
