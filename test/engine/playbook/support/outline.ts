// Plays as short lines of text, for comparing.
import { textOf } from '../../../../engine/document/value.ts';
import type { Node, Play } from '../../../../engine/playbook/model.ts';

/** One line a node, indented by depth: `copy "Copy it"`, `block [when]`, `role web(color)`. */
export function outline(nodes: readonly Node[], depth = 0): string[] {
  return nodes.flatMap((node) => {
    const indent = '  '.repeat(depth);
    const keywords = [...node.keywords.keys()].sort();
    const shown = keywords.length > 0 ? ` [${keywords.join(' ')}]` : '';
    if (node.kind === 'task') {
      const name = textOf(node.name?.value ?? null);
      return [`${indent}${node.action.module}${name === undefined ? '' : ` "${name}"`}${shown}`];
    }
    if (node.kind === 'role') {
      const params = node.params.size > 0 ? `(${[...node.params.keys()].map(String).join(' ')})` : '';
      return [
        `${indent}role ${node.role.fullName}${params}${shown}`,
        ...outline([...node.dependencies, ...node.tasks], depth + 1),
        ...outline(node.handlers, depth + 1).map((line) => `${line} (handler)`),
      ];
    }
    const lists = (['block', 'rescue', 'always'] as const).filter((list) => node[list].length > 0);
    return lists.flatMap((list) => [
      `${indent}${list === 'block' && node.implicit ? 'import' : list}${shown}`,
      ...outline(node[list], depth + 1),
    ]);
  });
}

export function outlineOfPlay(play: Play): string[] {
  return [
    ...outline(play.preTasks),
    ...outline(play.roles),
    ...outline(play.tasks),
    ...outline(play.postTasks),
    ...outline(play.handlers).map((line) => `${line} (handler)`),
  ];
}
