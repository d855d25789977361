// Ports by the names that /etc/services gives them (services(5): name, port/protocol, other names).
import { readFileSync } from 'node:fs';

/** The TCP port of a service; undefined when there is no such one, or no such file. */
export function servicePort(name: string, file = '/etc/services'): number | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
  for (const line of text.split('\n')) {
    const [service, port = '', ...others] = line.replace(/#.*/, '').trim().split(/\s+/);
    const tcp = /^(\d+)\/tcp$/.exec(port)?.[1];
    if (tcp !== undefined && [service, ...others].includes(name)) return Number(tcp);
  }
  return undefined;
}
