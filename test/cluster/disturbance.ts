// Something that a task of site.yml keeps, undone, with every result that has to say changed for it.

export interface Disturbance {
  /** A host of the lab, or `control`: there the command stands in the folder of the operator's keys. */
  readonly where: string;
  readonly command: string;
  /** `host role : task` of the result that mends it. */
  readonly mendedBy: string;
  /** Results that change because of the mending, and why they must. */
  readonly followedBy: readonly string[];
  readonly because?: string;
  /** Results that the mending would hide or bring about, were something else disturbed for them in the same round. */
  readonly apartFrom: readonly string[];
}

type Follow = Partial<Pick<Disturbance, 'followedBy' | 'because' | 'apartFrom'>>;

/** Undone on the control machine. */
export function onControl(mendedBy: string, command: string, follow: Follow = {}): Disturbance {
  return { where: 'control', command, mendedBy, followedBy: [], apartFrom: [], ...follow };
}

/** Undone on a host and mended by a task there; results that follow are of the same host and named without it. */
export function onHost(where: string, task: string, command: string, follow: Follow = {}): Disturbance {
  const here = (name: string): string => `${where} ${name}`;
  const { followedBy = [], apartFrom = [] } = follow;
  return {
    ...{ ...follow, where, command, mendedBy: here(task) },
    ...{ followedBy: followedBy.map(here), apartFrom: apartFrom.map(here) },
  };
}

/** Every result that says changed for it. */
export function changesFor({ mendedBy, followedBy }: Disturbance): readonly string[] {
  return [mendedBy, ...followedBy];
}

/** `role : task` of the task that keeps it, on whatever host. */
export function keptBy({ mendedBy }: Disturbance): string {
  return mendedBy.slice(mendedBy.indexOf(' ') + 1);
}

interface Round {
  readonly members: Disturbance[];
  readonly taken: Set<string>;
  readonly apart: Set<string>;
}

function fits({ taken, apart }: Round, one: Disturbance): boolean {
  return (
    changesFor(one).every((name) => !taken.has(name) && !apart.has(name)) &&
    one.apartFrom.every((name) => !taken.has(name))
  );
}

/** Packs them so that in one round no result answers for two: each is told from the others. */
export function packRounds(list: readonly Disturbance[]): Disturbance[][] {
  const rounds: Round[] = [];
  for (const one of list) {
    let round = rounds.find((other) => fits(other, one));
    if (!round) {
      round = { members: [], taken: new Set(), apart: new Set() };
      rounds.push(round);
    }
    round.members.push(one);
    for (const name of changesFor(one)) round.taken.add(name);
    for (const name of one.apartFrom) round.apart.add(name);
  }
  return rounds.map(({ members }) => members);
}
