// The texts of --list-hosts, --list-tasks and --list-tags.
import type { ListedPlay } from '../playbook/listing.ts';
import type { Assembly } from './assemble.ts';

export function listPlay({ patterns, name, tags }: ListedPlay, index: number): string {
  return `\n  play #${index + 1} (${patterns.join(',')}): ${name}\tTAGS: [${tags.join(',')}]\n`;
}

export function listTasks({ tasks }: ListedPlay): string {
  const lines = tasks.map(({ name, tags }) => `      ${name}\tTAGS: [${tags.join(', ')}]\n`);
  return `    tasks:\n${lines.join('')}`;
}

export function listTags({ taskTags }: ListedPlay): string {
  return `      TASK TAGS: [${taskTags.join(', ')}]\n`;
}

export function listHosts({ patterns }: ListedPlay, { inventory }: Assembly, limit?: string): string {
  const matched = inventory.match(patterns.join(','), limit);
  const names = matched.ok ? matched.value.map(({ name }) => name) : [];
  const lines = names.map((name) => `      ${name}\n`).join('');
  const written = patterns.map((pattern) => `'${pattern}'`).join(', ');
  return `    pattern: [${written}]\n    hosts (${names.length}):\n${lines}`;
}
