// Keeps routes of one purpose: in the kernel, and with `persist` in a file that a unit loads at boot (`ip -batch`).
// Ours carry a protocol number of their own, so with `purge` those that are no longer wanted can be told and removed.
import { textContent } from '../engine/module/content.ts';
import type {
  Output,
  Plan,
  Probe,
  ProbeFailure,
  ProbeKind,
  Step,
  StepKind,
} from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, int, list, listOf, oneOf, optional, path, raw, str } from '../engine/module/kinds.ts';
import { lines, sh, type ShellText } from '../engine/module/quote.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { writeFile } from '../engine/module/vocabulary/write_file.ts';

export interface Route {
  /** In CIDR form, or `default`. */
  readonly dest: string;
  readonly via?: string | undefined;
  readonly dev?: string | undefined;
  readonly metric?: number | undefined;
}

interface RouteQuestion {
  readonly protocol: number;
  readonly table: string;
}

/** Reads `ip route show`: `10.200.1.0/24 via 10.0.0.2 dev eth0 metric 1`. A host route has no prefix there. */
export function parseRoutes(text: string): Route[] {
  return text
    .split('\n')
    .filter((line) => /^(default|[0-9a-f.:]+)/.test(line))
    .map((line) => {
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
    });
}

/** A single address is a network of its full length. */
export function normalDestination(dest: string): string {
  if (dest === 'default' || dest === '0.0.0.0/0') return 'default';
  if (dest.includes('/')) return dest;
  return `${dest}/${dest.includes(':') ? 128 : 32}`;
}

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

const routes = (args: RouteQuestion): Probe<readonly Route[]> => ({ kind: routesKind, args });

interface Change extends RouteQuestion {
  readonly add: readonly Route[];
  readonly remove: readonly Route[];
}

function routeWords({ dest, via, dev, metric }: Route): string[] {
  return [
    dest,
    ...(via === undefined ? [] : ['via', via]),
    ...(dev === undefined ? [] : ['dev', dev]),
    ...(metric === undefined ? [] : ['metric', String(metric)]),
  ];
}

function command(verb: string, route: Route, { protocol, table }: RouteQuestion): ShellText {
  return sh`ip route ${verb} ${routeWords(route)} proto ${protocol} table ${table} || exit 1`;
}

const same = (a: Route, b: Route): boolean =>
  a.dest === normalDestination(b.dest) &&
  a.via === b.via &&
  (b.dev === undefined || a.dev === b.dev) &&
  (a.metric ?? 0) === (b.metric ?? 0);

const changeKind: StepKind<Change, void> = {
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
      ...remove.map((route) => `remove route ${routeWords(route).join(' ')}`),
      ...add.map((route) => `route ${routeWords(route).join(' ')}`),
    ].join('; '),
  effects: [
    {
      probe: routesKind,
      touches: () => true,
      predict: (step, question: RouteQuestion, before: readonly Route[]) =>
        question.protocol !== step.protocol || question.table !== step.table
          ? before
          : [
              ...before.filter((route) => ![...step.remove, ...step.add].some((other) => same(route, other))),
              ...step.add.map((route) => ({ ...route, dest: normalDestination(route.dest) })),
            ],
    },
  ],
};

interface Wanted extends RouteQuestion {
  readonly name: string;
  readonly routes: readonly Route[];
  readonly dest: string | undefined;
  readonly via: string | undefined;
  readonly dev: string | undefined;
  readonly metric: number | undefined;
  readonly state: 'present' | 'absent';
  readonly purge: boolean;
  readonly persist: boolean;
  readonly file: string | undefined;
}

const fileOf = (params: Wanted): string => params.file ?? `/etc/hardway/routes-${params.name}.batch`;

function wantedRoutes(params: Wanted): Route[] {
  const single: Route[] =
    params.dest === undefined ? [] : [{ dest: params.dest, via: params.via, dev: params.dev }];
  return [...params.routes, ...single]
    .map((one) => ({ ...one, metric: one.metric ?? params.metric, dest: normalDestination(one.dest) }))
    .sort((a, b) => (a.dest < b.dest ? -1 : 1));
}

function batch(params: Wanted, wanted: readonly Route[]): string {
  const { protocol, table } = params;
  return wanted
    .map((route) => `route replace ${routeWords(route).join(' ')} proto ${protocol} table ${table}\n`)
    .join('');
}

/** A route named for removal says as much of itself as it likes. */
const isNamed = (route: Route, named: Route): boolean =>
  route.dest === named.dest &&
  (named.via === undefined || route.via === named.via) &&
  (named.dev === undefined || route.dev === named.dev) &&
  (named.metric === undefined || route.metric === named.metric);

function planAbsence(
  params: Wanted,
  has: readonly Route[],
  file: FileContent | undefined,
  user: string,
): Plan {
  const { protocol, table } = params;
  const unwanted = wantedRoutes(params);
  const remove = has.filter((route) => unwanted.some((named) => isNamed(route, named)));
  const before = file ? textIn(file) : '';
  const after = before
    .split(/(?<=\n)/)
    .filter(
      (line) =>
        !parseRoutes(line.replace(/^route replace /, '')).some((route) =>
          unwanted.some((named) => isNamed(route, named)),
        ),
    )
    .join('');
  return {
    steps: [
      ...(remove.length > 0 ? [{ kind: changeKind, args: { protocol, table, add: [], remove } }] : []),
      ...(after !== before
        ? [writeFile({ path: fileOf(params), content: textContent(after), mode: '0644', creator: user })]
        : []),
    ],
    differences:
      remove.length > 0
        ? [{ header: `routes ${params.name}`, before: remove.map(shown).join(''), after: '' }]
        : [],
  };
}

function planRoutes(
  params: Wanted,
  has: readonly Route[],
  file: FileContent | undefined,
  user: string,
): Plan {
  if (params.state === 'absent') return planAbsence(params, has, file, user);
  const wanted = wantedRoutes(params);
  const add = wanted.filter((route) => !has.some((other) => same(other, route)));
  const remove = params.purge ? has.filter((route) => !wanted.some((other) => same(route, other))) : [];
  const before = file ? textIn(file) : '';
  const after = batch(params, wanted);
  const { protocol, table } = params;
  const change: Step[] =
    add.length + remove.length > 0 ? [{ kind: changeKind, args: { protocol, table, add, remove } }] : [];
  const isWritten = params.persist && (before !== after || (file?.found !== 'file' && wanted.length > 0));
  return {
    steps: [
      ...change,
      ...(isWritten
        ? [writeFile({ path: fileOf(params), content: textContent(after), mode: '0644', creator: user })]
        : []),
    ],
    differences:
      change.length > 0
        ? [
            {
              header: `routes ${params.name}`,
              before: has.map(shown).join(''),
              after: wanted.map(shown).join(''),
            },
          ]
        : [],
  };
}

const shown = (route: Route): string => `${routeWords(route).join(' ')}\n`;

export const route = defineModule({
  name: 'route',
  summary: 'Keep routes of one purpose, now and after a reboot',
  reach: ({ file = '/etc/hardway' }) => ({ files: [file], answers: [routesKind] }),
  params: {
    name: optional(str({ doc: 'The purpose; names the file' }), 'main'),
    routes: optional(
      listOf({ dest: str(), via: optional(str()), dev: optional(str()), metric: optional(int()) }),
      [],
    ),
    dest: optional(str({ doc: 'One route, instead of routes' })),
    via: optional(str()),
    dev: optional(str()),
    metric: optional(int({ doc: 'For routes that name none' })),
    state: optional(
      oneOf('present', 'absent', { doc: 'absent removes the routes that are named' }),
      'present',
    ),
    table: optional(str(), 'main'),
    protocol: optional(
      int({
        doc: 'Marks our routes in the kernel; the default is no routing daemon’s',
        minimum: 5,
        maximum: 255,
      }),
      173,
    ),
    purge: optional(bool({ doc: 'Remove routes with our mark that are not wanted' }), false),
    persist: optional(bool({ doc: 'Write the file that is loaded at boot' }), false),
    file: optional(path({ doc: 'Default: /etc/hardway/routes-NAME.batch, for ip -batch' })),
  },
  returns: { before: raw(), after: raw(), lines: list(str()) },
  seen: answers<{ routes: readonly Route[]; file?: FileContent }>(),
  probes: (params, seen) =>
    seen.routes
      ? done
      : {
          routes: routes({ protocol: params.protocol, table: params.table }),
          ...(params.persist ? { file: content(fileOf(params)) } : {}),
        },
  plan: (params, seen, context) => planRoutes(params, seen.routes, seen.file, context.user),
  result: (_params, before, _outcomes, after) => ({
    before: before.routes.map((item) => routeWords(item).join(' ')),
    after: after.routes.map((item) => routeWords(item).join(' ')),
  }),
});
