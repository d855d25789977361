// `~name/` in paths: the homes of other users of the host, asked of it by their names.
import { type Dict, textOf, Unknown } from '../document/value.ts';
import type { Uncertain } from '../module/contract.ts';
import { isUncertain } from '../module/picture.ts';
import { user, type User } from '../module/vocabulary/account.ts';
import type { Asker, HostView } from './host_view.ts';
import type { ConnectionFailure } from '../connection/contract.ts';

const otherHome = /^~([^/]+)(?=\/|$)/;

/** Users whose homes the arguments name, each once. */
export function othersNamed(args: Dict): string[] {
  const names = [...args.values()].map((value) => otherHome.exec(textOf(value) ?? '')?.[1]);
  return [...new Set(names.filter((name) => name !== undefined))];
}

export type Homes =
  | { readonly ok: true; readonly homes: ReadonlyMap<string, string>; readonly args: Dict }
  | { readonly ok: false; readonly failure: ConnectionFailure };

/** A name that no user has stays as it is written, as in Ansible; what an earlier task may change of one is unknown. */
export async function homesOf(
  names: readonly string[],
  args: Dict,
  view: HostView,
  asker: Asker,
): Promise<Homes> {
  const homes = new Map<string, string>();
  const answered = await view.ask(
    names.map((name) => user(name)),
    asker,
  );
  if (!answered.ok) return 'failure' in answered ? answered : { ok: true, homes, args };
  const open = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const answer = answered.answers[index] as User | Uncertain;
    if (isUncertain(answer)) open.set(name, answer.waitsFor);
    else if (answer.exists) homes.set(name, answer.home);
  }
  const known = [...args].map(([key, value]) => {
    const waitsFor = open.get(otherHome.exec(textOf(value) ?? '')?.[1] ?? '');
    return [key, waitsFor === undefined ? value : new Unknown(waitsFor)] as const;
  });
  return { ok: true, homes, args: new Map(known) };
}
