// What a lab is made of, read from plain data (a topology file or a test). Names are checked here once, because they
// become file names, host names and parts of commands.

export interface Subnet {
  readonly name: string;
  /** Fixed addresses, such as 10.98.0.0/24; without it the lab takes a free range. Always a /24. */
  readonly cidr?: string;
  /** A private subnet: reached only through this host, which has a leg in it at .1. */
  readonly gateway?: string;
}

export type Userland = 'gnu' | 'busybox';

export interface TopologyHost {
  readonly name: string;
  /** The first is the host's default one; a gateway names several. */
  readonly subnets: readonly string[];
  readonly groups: readonly string[];
  /** Last number of the address in the first subnet; chosen from 11 on without it. */
  readonly number?: number;
  /** Prepared to run containers: writable cgroups, /dev/kmsg and directories that are not overlays. */
  readonly containers: boolean;
  readonly userland: Userland;
  /** Host variables for the inventory. */
  readonly vars: Readonly<Record<string, unknown>>;
}

export interface Topology {
  readonly subnets: readonly Subnet[];
  readonly hosts: readonly TopologyHost[];
}

export type TopologyResult =
  | { readonly ok: true; readonly topology: Topology }
  | { readonly ok: false; readonly problems: readonly string[] };

const namePattern = /^[a-z]([a-z0-9-]{0,40}[a-z0-9])?$/;
const groupPattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const cidrPattern = /^\d{1,3}\.\d{1,3}\.\d{1,3}\.0\/24$/;

/** Names that an inventory gives a meaning of its own. */
const reservedNames = ['all', 'ungrouped', 'localhost'];

/** The name of a lab, a host or a subnet: lower case letters, digits and dashes. */
export function isLabName(name: string): boolean {
  return namePattern.test(name);
}

/** Reads a topology from the plain data of a topology file; gives all problems at once. */
export function parseTopology(data: unknown): TopologyResult {
  const problems: string[] = [];
  const top = asRecord(data, 'a topology', problems);
  refuseOthers(top, ['subnets', 'hosts'], 'a topology', problems);
  const subnets = Object.entries(asRecord(top['subnets'] ?? { public: null }, 'subnets', problems)).map(
    ([name, value]) => readSubnet(name, value, problems),
  );
  const hosts = Object.entries(asRecord(top['hosts'] ?? {}, 'hosts', problems)).map(([name, value]) =>
    readHost(name, value, subnets[0]?.name ?? 'public', problems),
  );
  const topology = { subnets, hosts };
  problems.push(...checkReferences(topology), ...checkNames(hosts), ...checkNumbers(hosts));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, topology };
}

function readSubnet(name: string, value: unknown, problems: string[]): Subnet {
  const where = `subnet ${name}`;
  const fields = asRecord(value ?? {}, where, problems);
  refuseOthers(fields, ['cidr', 'gateway'], where, problems);
  if (!isLabName(name)) problems.push(`${where}: a name is lower case letters, digits and dashes`);
  const cidr = readText(fields['cidr'], `${where}: cidr`, problems);
  const gateway = readText(fields['gateway'], `${where}: gateway`, problems);
  if (cidr !== undefined && !cidrPattern.test(cidr)) {
    problems.push(`${where}: cidr is ${cidr}, and must be a /24 such as 10.98.0.0/24`);
  }
  return { name, ...(cidr === undefined ? {} : { cidr }), ...(gateway === undefined ? {} : { gateway }) };
}

const hostFields = ['subnets', 'groups', 'number', 'containers', 'userland', 'vars'];

function readHost(name: string, value: unknown, firstSubnet: string, problems: string[]): TopologyHost {
  const where = `host ${name}`;
  const fields = asRecord(value ?? {}, where, problems);
  refuseOthers(fields, hostFields, where, problems);
  if (!isLabName(name)) problems.push(`${where}: a name is lower case letters, digits and dashes`);
  const groups = readTexts(fields['groups'], `${where}: groups`, problems) ?? [];
  for (const group of groups) {
    if (!groupPattern.test(group)) problems.push(`${where}: ${group} cannot be the name of a group`);
  }
  const userland = fields['userland'] ?? 'gnu';
  if (userland !== 'gnu' && userland !== 'busybox') problems.push(`${where}: userland is gnu or busybox`);
  const containers = fields['containers'] ?? false;
  if (typeof containers !== 'boolean') problems.push(`${where}: containers is true or false`);
  const number = fields['number'];
  const isNumber = typeof number === 'number' && Number.isInteger(number) && number >= 2 && number <= 254;
  if (number !== undefined && !isNumber) problems.push(`${where}: number is from 2 to 254`);
  return {
    name,
    subnets: readTexts(fields['subnets'], `${where}: subnets`, problems) ?? [firstSubnet],
    groups,
    ...(isNumber ? { number } : {}),
    containers: containers === true,
    userland: userland === 'busybox' ? 'busybox' : 'gnu',
    vars: asRecord(fields['vars'] ?? {}, `${where}: vars`, problems),
  };
}

function checkReferences({ subnets, hosts }: Topology): string[] {
  const problems: string[] = [];
  if (hosts.length === 0) problems.push('a topology needs at least one host');
  if (subnets.length > 4) problems.push(`a lab has at most 4 subnets, and here are ${subnets.length}`);
  const subnetNames = new Set(subnets.map((subnet) => subnet.name));
  for (const host of hosts) {
    if (host.subnets.length === 0) problems.push(`host ${host.name}: it needs at least one subnet`);
    for (const name of host.subnets) {
      if (!subnetNames.has(name)) problems.push(`host ${host.name}: there is no subnet ${name}`);
    }
  }
  for (const subnet of subnets) {
    if (subnet.gateway === undefined) continue;
    const gateway = hosts.find((host) => host.name === subnet.gateway);
    const first = subnets.find((other) => other.name === gateway?.subnets[0]);
    if (!gateway?.subnets.includes(subnet.name) || first?.gateway !== undefined) {
      problems.push(
        `subnet ${subnet.name}: its gateway ${subnet.gateway} must be a host with its first leg in a public subnet and a further one here`,
      );
    }
  }
  return problems;
}

function checkNames(hosts: readonly TopologyHost[]): string[] {
  return hosts.flatMap(({ name, groups }) => [
    ...(reservedNames.includes(name) ? [`host ${name}: an inventory means something else by ${name}`] : []),
    ...groups
      .filter((group) => reservedNames.includes(group))
      .map((group) => `host ${name}: groups: an inventory means something else by ${group}`),
  ]);
}

/** An address belongs to one host of a subnet. */
function checkNumbers(hosts: readonly TopologyHost[]): string[] {
  const takenBy = new Map<string, string>();
  return hosts.flatMap(({ name, subnets: [subnet], number }) => {
    if (subnet === undefined || number === undefined) return [];
    const address = `${subnet} ${number}`;
    const other = takenBy.get(address);
    takenBy.set(address, other ?? name);
    return other === undefined ? [] : [`host ${name}: number ${number} is the one of host ${other}`];
  });
}

function asRecord(value: unknown, where: string, problems: string[]): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>;
  problems.push(`${where}: expected names with values`);
  return {};
}

function refuseOthers(fields: object, known: readonly string[], where: string, problems: string[]): void {
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) problems.push(`${where}: ${name} is not one of ${known.join(', ')}`);
  }
}

function readText(value: unknown, where: string, problems: string[]): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return value;
  problems.push(`${where}: expected text`);
  return undefined;
}

function readTexts(value: unknown, where: string, problems: string[]): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
  problems.push(`${where}: expected a list of names`);
  return undefined;
}
