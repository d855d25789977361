// Template files that a text names outright: `lookup('template', 'page.j2')`.
import { type Dict, type Position, type Value } from '../document/value.ts';
import { positionInside } from './position.ts';
import type { Expression } from './syntax/nodes.ts';
import { parseTemplate } from './syntax/parse.ts';
import { callsIn, isLookup } from './syntax/walk.ts';

interface LookedUp {
  readonly name: string;
  /** Named arguments that are written as strings; others have the value null. */
  readonly settings: Dict;
  readonly at: Position;
}

/** With `errors=`, a file that is not there is no failure: such calls are left out. */
export function templatesLookedUp(text: string, position: Position): LookedUp[] {
  const parsed = parseTemplate(text, 'value');
  if ('error' in parsed) return [];
  return callsIn(parsed.tree)
    .filter(
      ({ target, args }) =>
        isLookup(target) &&
        textIn(args.positional[0])?.replace(/^ansible\.builtin\./, '') === 'template' &&
        !args.named.some(([name]) => name === 'errors'),
    )
    .flatMap(({ args }) =>
      args.positional.slice(1).flatMap((node): LookedUp[] => {
        const name = textIn(node);
        const at = positionInside(position, text, { lineno: node.lineno, colno: node.colno + 1 });
        const settings: Dict = new Map(
          args.named.map(([key, value]): [string, Value] => [key, textIn(value) ?? null]),
        );
        return name === undefined || !at ? [] : [{ name, settings, at }];
      }),
    );
}

function textIn(node: Expression | undefined): string | undefined {
  return node?.typename === 'Literal' && typeof node.value === 'string' ? node.value : undefined;
}
