import { addressOf } from './connect_files.ts';
import { findInit, readMemory } from './host_process.ts';
import type { LabRecord } from './lab_record.ts';

export interface HostStatus {
  readonly lab: string;
  readonly host: string;
  readonly address: string;
  readonly isUp: boolean;
  /** Bytes of anonymous memory; undefined when the host is down or the machine does not count it. */
  readonly memory?: number;
  readonly groups: readonly string[];
  readonly jump?: string;
}

export async function labStatus(record: LabRecord): Promise<HostStatus[]> {
  return Promise.all(
    record.hosts.map(async (host) => {
      const isUp = (await findInit(record, host)) !== undefined;
      const memory = isUp ? await readMemory(record, host) : undefined;
      return {
        ...{ lab: record.name, host: host.name, address: addressOf(host), isUp },
        groups: record.topology.hosts.find(({ name }) => name === host.name)?.groups ?? [],
        ...(memory === undefined ? {} : { memory }),
        ...(host.jump === undefined ? {} : { jump: host.jump }),
      };
    }),
  );
}

export function statusTable(rows: readonly HostStatus[]): string {
  const cells = rows.map((row) => [
    ...[row.lab, row.host, row.address + (row.jump === undefined ? '' : ` via ${row.jump}`)],
    ...[
      row.isUp ? 'up' : 'down',
      row.memory === undefined ? '-' : `${(row.memory / 2 ** 20).toFixed(0)} MiB`,
    ],
    row.groups.join(', '),
  ]);
  const table = [['LAB', 'HOST', 'ADDRESS', 'STATE', 'MEMORY', 'GROUPS'], ...cells];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0))) ?? [];
  return table
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
