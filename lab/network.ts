import { access, readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LabSubnet } from './addresses.ts';
import { mustRun, runProgram } from './run_program.ts';

/** Seen in /proc, which shows this process's own network; /sys shows that of whoever mounted it. */
export async function hasLink(name: string): Promise<boolean> {
  const devices = await readFile('/proc/net/dev', 'utf8');
  return devices.split('\n').some((line) => line.trimStart().startsWith(`${name}:`));
}

/** The outer end of a host's further leg is down and alone until its bridge has it. */
export async function isJoined(outer: string): Promise<boolean> {
  return access(`/sys/class/net/${outer}/master`).then(
    () => true,
    () => false,
  );
}

/** Makes the subnet's bridge. Only a public one has an address of the control machine, .1. */
export async function ensureBridge(subnet: LabSubnet): Promise<boolean> {
  const isNew = !(await hasLink(subnet.bridge));
  if (isNew) await mustRun(['ip', 'link', 'add', subnet.bridge, 'type', 'bridge']);
  // Without an address of the sixth version nothing of the machine's own traffic goes over a private bridge.
  await writeFile(`/proc/sys/net/ipv6/conf/${subnet.bridge}/disable_ipv6`, '1').catch(() => undefined);
  if (subnet.gateway === undefined) {
    await mustRun(['ip', 'address', 'replace', `${subnet.prefix}.1/24`, 'dev', subnet.bridge]);
  }
  await mustRun(['ip', 'link', 'set', subnet.bridge, 'up']);
  return isNew;
}

const bridgeFilter = '/proc/sys/net/bridge/bridge-nf-call-iptables';

/**
 * Where the machine's packet filter also sees bridged packets (as Docker sets it up, with a policy of dropping what is
 * forwarded), hosts of one bridge would not reach each other without a rule.
 */
export async function allowBridged(bridge: string): Promise<void> {
  const isFiltered = (await readFile(bridgeFilter, 'utf8').catch(() => '0')).trim() === '1';
  if (!isFiltered || (await runProgram(forwardRule('--check', bridge))).code !== 1) return;
  await mustRun(forwardRule('--insert', bridge));
}

export async function forgetBridged(bridge: string): Promise<void> {
  while ((await runProgram(forwardRule('--delete', bridge))).code === 0);
}

/** Exit code null of it means that there is no iptables, and so no filter to speak of. */
function forwardRule(action: string, bridge: string): string[] {
  return ['iptables', action, 'FORWARD', '-i', bridge, '-o', bridge, '-j', 'ACCEPT'];
}

export async function removeLink(name: string): Promise<void> {
  if (await hasLink(name)) await runProgram(['ip', 'link', 'delete', name]);
}

/** Waits for a link to go by itself, as that of a dead host does, and deletes it when it does not. */
export async function waitForNoLink(name: string): Promise<void> {
  for (let attempt = 0; attempt < 50 && (await hasLink(name)); attempt += 1) await sleep(20);
  await removeLink(name);
}
