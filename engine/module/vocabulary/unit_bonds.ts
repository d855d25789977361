// What a start comes to where units end by themselves: `Type=oneshot` without `RemainAfterExit`.
import type { UnitRelations } from './unit_relations.ts';

type Sure = 'surely' | 'maybe';

/** Whether a unit is over when its program has ended, and does not count as active then. */
function ends(relations: UnitRelations, unit: string): Sure | undefined {
  if (!unit.endsWith('.service')) return undefined;
  const [type, remains] = ['Type', 'RemainAfterExit'].map((key) => relations.value(unit, key));
  if (!type || !remains) return 'maybe';
  return type.value === 'oneshot' && !/^(1|yes|true|on)$/i.test(remains.value ?? '') ? 'surely' : undefined;
}

function isBehind(relations: UnitRelations, unit: string, other: string): boolean {
  const after = relations.named(unit, ['After']).to.get(other) === true;
  return after || relations.named(other, ['Before']).to.get(unit) === true;
}

interface Bond {
  readonly to: string;
  readonly fails: Sure;
}

/**
 * The unit that ends by itself to which this one is bound. It is not started behind it (`surely`: systemd sees that it
 * is not active), and is stopped with it where both are started at once.
 */
export function boundToEnding(relations: UnitRelations, unit: string): Bond | undefined {
  const seen = new Set<string>();
  const visit = (name: string): Bond | undefined => {
    if (seen.has(name)) return undefined;
    seen.add(name);
    const bound = relations.named(name, ['BindsTo']).to;
    let found: Bond | undefined;
    for (const [next, sure] of relations.named(name, ['BindsTo', 'Requires']).to) {
      const ending = bound.has(next) ? ends(relations, next) : undefined;
      const inner = ending ? { to: next, fails: ending } : visit(next);
      if (!inner) continue;
      const isSure = sure && inner.fails === 'surely' && isBehind(relations, name, next);
      if (found?.fails !== 'surely') found = { to: inner.to, fails: isSure ? 'surely' : 'maybe' };
    }
    return found;
  };
  return visit(relations.read(unit).name);
}

/** A start waits for the programs of units that it is ordered behind, not for those of others that it pulls along. */
export function mayStillRun(relations: UnitRelations, started: string, other: string): boolean {
  const [first, then] = [relations.read(started).name, relations.read(other).name];
  return ends(relations, then) !== undefined && !isBehind(relations, first, then);
}
