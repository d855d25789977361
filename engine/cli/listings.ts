// The texts of --list-hosts, --list-tasks and --list-tags. Several together stand below one line of their play.
import type { ListedPlay } from '../playbook/listing.ts';
import type { Assembly } from './assemble.ts';
import { writtenPattern } from './host_patterns.ts';

export function listPlay({ play, tags }: ListedPlay, index: number): string {
  return `\n  play #${index + 1} (${writtenPattern(play)}): ${play.name}\tTAGS: [${tags.join(', ')}]\n`;
}

export function listTasks(listed: ListedPlay): string {
  const tasks = listed.tasks.map(({ name, tags }) => `      ${name}\tTAGS: [${tags.join(', ')}]\n`);
  return `    tasks:\n${tasks.join('')}`;
}

export function listTags(listed: ListedPlay): string {
  return `      TASK TAGS: [${listed.taskTags.join(', ')}]\n`;
}

export function listHosts(listed: ListedPlay, { inventory }: Assembly, limit?: string): string {
  const pattern = writtenPattern(listed.play);
  const matched = inventory.match(pattern, limit);
  const names = matched.ok ? matched.value.map(({ name }) => name) : [];
  const lines = names.map((name) => `      ${name}\n`).join('');
  return `    pattern: ['${pattern}']\n    hosts (${names.length}):\n${lines}`;
}
