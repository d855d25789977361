// CONTRACT. What modules use of Python's patterns: the same translation as in templates.
export { pythonRegex, type PythonMatch, type PythonRegex } from '../document/python_regex.ts';
