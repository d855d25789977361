// The texts of --list-hosts, --list-tasks and --list-tags.
import type { ListedPlay } from '../playbook/listing.ts';
import type { Assembly } from './assemble.ts';
import { writtenPattern } from './host_patterns.ts';

function playLine({ play, tags }: ListedPlay, index: number): string {
  return `\n  play #${index + 1} (${writtenPattern(play)}): ${play.name}\tTAGS: [${tags.join(', ')}]\n`;
}

export function listTasks(listed: ListedPlay, index: number): string {
  const tasks = listed.tasks.map(({ name, tags }) => `      ${name}\tTAGS: [${tags.join(', ')}]\n`);
  return `${playLine(listed, index)}    tasks:\n${tasks.join('')}`;
}

export function listTags(listed: ListedPlay, index: number): string {
  return `${playLine(listed, index)}      TASK TAGS: [${listed.taskTags.join(', ')}]\n`;
}

export function listHosts(
  listed: ListedPlay,
  index: number,
  { inventory }: Assembly,
  limit?: string,
): string {
  const pattern = writtenPattern(listed.play);
  const matched = inventory.match(pattern, limit);
  const names = matched.ok ? matched.value.map(({ name }) => name) : [];
  const lines = names.map((name) => `      ${name}\n`).join('');
  return `${playLine(listed, index)}    pattern: ['${pattern}']\n    hosts (${names.length}):\n${lines}`;
}
