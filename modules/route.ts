// Keeps routes of one purpose: in the kernel, and with `persist` in a file that a unit loads at boot (`ip -batch`).
// With `purge`, routes with our mark that are no longer wanted go; without, those that nobody names stay in both.
import { isIPv4 } from 'node:net';
import { textContent } from '../engine/module/content.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import {
  bool,
  int,
  list,
  listOf,
  oneOf,
  optional,
  path,
  str,
  type Parameters,
} from '../engine/module/kinds.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { writeFile } from '../engine/module/vocabulary/write_file.ts';
import { ipv4Range } from './shared/ip_ranges.ts';
import {
  changeRoutes,
  isSamePlace,
  isSameRoute,
  normalDestination,
  parseRoutes,
  routesAfter,
  routesKind,
  routesOf,
  routeText,
  type Route,
  type RouteChange,
} from './shared/routes.ts';

const params = {
  name: optional(str({ doc: 'The purpose; names the file' }), 'main'),
  routes: optional(
    listOf({ dest: str(), via: optional(str()), dev: optional(str()), metric: optional(int()) }),
    [],
  ),
  dest: optional(str({ doc: 'One route, beside routes: a network or an address of IPv4, or default' })),
  via: optional(str()),
  dev: optional(str()),
  metric: optional(int({ doc: 'For routes that name none' })),
  state: optional(oneOf('present', 'absent', { doc: 'absent removes the routes that are named' }), 'present'),
  table: optional(str(), 'main'),
  protocol: optional(
    int({
      doc: 'Marks our routes in the kernel, by which `purge` knows them: a purpose that is purged beside another wants a number of its own. The default is no routing daemon’s, and that of pod routes',
      minimum: 5,
      maximum: 255,
    }),
    173,
  ),
  purge: optional(
    bool({ doc: 'Remove routes with our mark, and lines of the file, that are not wanted' }),
    false,
  ),
  persist: optional(bool({ doc: 'Keep the file that is loaded at boot' }), false),
  file: optional(path({ doc: 'Default: /etc/hardway/routes-NAME.batch, for ip -batch' })),
};

type Wish = Parameters<typeof params>;
interface Seen {
  readonly routes: readonly Route[];
  readonly file?: FileContent;
}

const fileOf = ({ file, name }: Wish): string => file ?? `/etc/hardway/routes-${name}.batch`;

function wantedRoutes({ routes, dest, via, dev, metric }: Wish): Route[] {
  return [...routes, ...(dest === undefined ? [] : [{ dest, via, dev, metric: undefined }])]
    .map((one) => ({ ...one, metric: one.metric ?? metric, dest: normalDestination(one.dest) }))
    .filter((one, at, all) => all.findIndex((other) => routeText(other) === routeText(one)) === at)
    .sort((a, b) => (a.dest < b.dest ? -1 : 1));
}

/** Why the kernel would not keep a route; in check mode nobody asks it. */
function problemOf({ dest, via, dev }: Route, state: Wish['state']): string | undefined {
  if (`${dest}${via ?? ''}`.includes(':'))
    return `${routeText({ dest, via, dev })}: only routes of IPv4 are kept`;
  const network = dest === 'default' ? dest : ipv4Range(dest);
  if (network === undefined)
    return `${dest.replace(/\/32$/, '')} is no network or address of IPv4, such as 10.200.1.0/24`;
  if (network !== dest) return `${dest} has host bits: its network is ${network}`;
  if (via !== undefined && !isIPv4(via)) return `via ${via} is no address of IPv4`;
  return state === 'present' && via === undefined && dev === undefined
    ? `${dest} leads nowhere: say via, dev or both`
    : undefined;
}

function problemIn(wish: Wish): string | undefined {
  const wanted = wantedRoutes(wish);
  for (const [at, route] of wanted.entries()) {
    const problem = problemOf(route, wish.state);
    if (problem !== undefined) return problem;
    const rival = wanted.slice(0, at).find((other) => isSamePlace(other, route));
    if (rival && wish.state === 'present')
      return `${routeText(rival)} and ${routeText(route)} cannot both stand: the kernel keeps one route for a destination and a metric`;
  }
  return undefined;
}

/** A route named for removal says as much of itself as it likes. */
const isNamed = (route: Route, named: Route): boolean =>
  route.dest === named.dest &&
  (named.via === undefined || route.via === named.via) &&
  (named.dev === undefined || route.dev === named.dev) &&
  (named.metric === undefined || route.metric === named.metric);

function changeOf(wish: Wish, has: readonly Route[]): RouteChange {
  const { protocol, table, state, purge } = wish;
  const wanted = wantedRoutes(wish);
  if (state === 'absent') {
    const remove = has.filter((route) => wanted.some((named) => isNamed(route, named)));
    return { protocol, table, add: [], remove };
  }
  return {
    ...{ protocol, table },
    add: wanted.filter((route) => !has.some((other) => isSameRoute(other, route))),
    remove: purge ? has.filter((route) => !wanted.some((other) => isSameRoute(route, other))) : [],
  };
}

/** The file after the change. Lines that nobody names keep their place. */
function fileAfter(wish: Wish, before: string): string {
  const { protocol, table, state, purge } = wish;
  const wanted = wantedRoutes(wish);
  const line = (route: Route): string =>
    `route replace ${routeText(route)} proto ${protocol} table ${table}\n`;
  if (state === 'present' && purge) return wanted.map(line).join('');
  const named = state === 'absent' ? isNamed : isSamePlace;
  const isKept = (text: string): boolean =>
    (state === 'present' && wanted.some((route) => line(route) === text)) ||
    !parseRoutes(text.replace(/^route replace /, '')).some((route) =>
      wanted.some((other) => named(route, other)),
    );
  const kept = before.split(/(?<=\n)/).filter(isKept);
  const added = state === 'absent' ? [] : wanted.map(line).filter((text) => !kept.includes(text));
  return [...kept, ...added].join('');
}

const listed = (routes: readonly Route[]): string => routes.map((one) => `${routeText(one)}\n`).join('');

export const route = defineModule({
  name: 'route',
  summary: 'Keep routes of one purpose, now and after a reboot',
  reach: ({ file = '/etc/hardway' }) => ({ files: [file], answers: [routesKind] }),
  params,
  returns: {
    before: list(str(), { doc: 'Routes with our mark as the kernel had them' }),
    after: list(str(), { doc: 'and as it has them now' }),
  },
  seen: answers<Seen>(),
  probes: (wish) => ({
    routes: routesOf({ protocol: wish.protocol, table: wish.table }),
    ...(wish.persist ? { file: content(fileOf(wish)) } : {}),
  }),
  plan: (wish, { routes: has, file }, { user }) => {
    const problem = problemIn(wish);
    if (problem !== undefined) return { steps: [], fail: problem };
    const change = changeOf(wish, has);
    const isChanged = change.add.length + change.remove.length > 0;
    const before = file ? textIn(file) : '';
    const after = fileAfter(wish, before);
    // Also an empty one is written: the unit that loads it wants a file.
    const isWritten =
      wish.persist && (after !== before || (file?.found !== 'file' && wish.state === 'present'));
    const write = { path: fileOf(wish), content: textContent(after), mode: '0644', creator: user };
    return {
      steps: [...(isChanged ? [changeRoutes(change)] : []), ...(isWritten ? [writeFile(write)] : [])],
      differences: [
        ...(isChanged
          ? [
              {
                header: `routes ${wish.name}`,
                before: listed(has),
                after: listed(routesAfter(change, has)),
              },
            ]
          : []),
        ...(isWritten ? [{ header: write.path, before: file?.found === 'file' ? before : null, after }] : []),
      ],
    };
  },
  result: (_wish, before, _outcomes, after) => ({
    before: before.routes.map(routeText),
    after: after.routes.map(routeText),
  }),
});
