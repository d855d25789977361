// Routes of IPv4 as the kernel lists and takes them. Ours carry a protocol number of their own, by which they are told
// from those of everybody else.
import type { Output, Probe, ProbeFailure, ProbeKind, Step, StepKind } from '../../engine/module/contract.ts';
import { effect, probe, step } from '../../engine/module/probe_identity.ts';
import { lines, sh, type ShellText } from '../../engine/module/quote.ts';

export interface Route {
  /** In CIDR form, or `default`. */
  readonly dest: string;
  readonly via?: string | undefined;
  readonly dev?: string | undefined;
  readonly metric?: number | undefined;
}

export interface RouteQuestion {
  readonly protocol: number;
  readonly table: string;
}

/** A single address is a network of its full length. */
export function normalDestination(dest: string): string {
  if (dest === 'default' || dest === '0.0.0.0/0') return 'default';
  return dest.includes('/') ? dest : `${dest}/32`;
}

function parseRoute(line: string): Route {
  const words = line.trim().split(/\s+/);
  const after = (name: string): string | undefined => {
    const at = words.indexOf(name);
    return at === -1 ? undefined : words[at + 1];
  };
  const metric = after('metric');
  return {
    dest: normalDestination(words[0] ?? ''),
    via: after('via'),
    dev: after('dev'),
    metric: metric === undefined ? undefined : Number(metric),
  };
}

/** Reads `ip route show`: `10.200.1.0/24 via 10.0.0.2 dev eth0 metric 1`. A host route has no prefix there. */
export function parseRoutes(text: string): Route[] {
  return text
    .split('\n')
    .filter((line) => /^(default|[0-9.]+)(\/| |$)/.test(line))
    .map(parseRoute);
}

/** The words that `ip route` takes. */
export function routeText({ dest, via, dev, metric }: Route): string {
  return [
    dest,
    ...(via === undefined ? [] : ['via', via]),
    ...(dev === undefined ? [] : ['dev', dev]),
    ...(metric === undefined ? [] : ['metric', String(metric)]),
  ].join(' ');
}

/** Whether a route that the kernel has is the wanted one. */
export const isSameRoute = (has: Route, wanted: Route): boolean =>
  isSamePlace(has, wanted) && has.via === wanted.via && (wanted.dev === undefined || has.dev === wanted.dev);

/** The kernel keeps one route for a destination and a metric. */
export const isSamePlace = (a: Route, b: Route): boolean =>
  a.dest === b.dest && (a.metric ?? 0) === (b.metric ?? 0);

export const routesKind: ProbeKind<RouteQuestion, readonly Route[]> = {
  name: 'routes',
  stability: 'stable',
  target: 'host',
  ask: ({ protocol, table }) => ({ script: sh`ip -4 route show table ${table} proto ${protocol}`.text }),
  parse: ({ rc, stdout, stderr }: Output): readonly Route[] | ProbeFailure => {
    const said = stderr.toString('utf8').trim();
    // A table that holds nothing yet does not exist for the kernel.
    if (rc !== 0 && /does not exist/.test(said)) return [];
    return rc === 0 ? parseRoutes(stdout.toString('utf8')) : { failed: `Cannot list routes: ${said}` };
  },
};

export const routesOf = (args: RouteQuestion): Probe<readonly Route[]> => probe(routesKind, args);

export interface RouteChange extends RouteQuestion {
  readonly add: readonly Route[];
  readonly remove: readonly Route[];
}

/** What the kernel has after the change. */
export function routesAfter({ add, remove }: RouteChange, before: readonly Route[]): Route[] {
  const kept = before.filter(
    (route) =>
      !remove.some((other) => isSameRoute(route, other)) && !add.some((other) => isSamePlace(route, other)),
  );
  return [...kept, ...add];
}

function command(verb: string, route: Route, { protocol, table }: RouteQuestion): ShellText {
  return sh`ip route ${verb} ${routeText(route).split(' ')} proto ${protocol} table ${table} || exit 1`;
}

const changeKind: StepKind<RouteChange, void> = {
  name: 'change routes',
  target: 'host',
  perform: (args) => ({
    script: lines(
      ...args.remove.map((route) => command('del', route, args)),
      ...args.add.map((route) => command('replace', route, args)),
    ).text,
  }),
  describe: ({ add, remove }) =>
    [
      ...remove.map((route) => `remove route ${routeText(route)}`),
      ...add.map((route) => `route ${routeText(route)}`),
    ].join('; '),
  effects: [
    effect(routesKind, {
      touches: ({ protocol, table }, question) => protocol === question.protocol && table === question.table,
      predict: (step, _, before) => before && routesAfter(step, before),
    }),
  ],
};

export const changeRoutes = (args: RouteChange): Step<void> => step(changeKind, args);
