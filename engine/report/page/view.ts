// What every section of the page is made from.
import type { MarkupTag } from './markup.ts';
import type { RunRecord } from './record.ts';

export interface TopologyHost {
  readonly name: string;
  readonly address: string | undefined;
}

export interface TopologyGroup {
  readonly name: string;
  /** Names of the hosts in it or in a group below it. */
  readonly hosts: readonly string[];
}

/** Groups (but for `all` and `ungrouped`) and hosts as the inventory has them. */
export interface Topology {
  readonly groups: readonly TopologyGroup[];
  readonly hosts: readonly TopologyHost[];
}

export interface View {
  readonly markup: MarkupTag;
  readonly record: RunRecord;
  readonly topology: Topology;
  /** The command as it was typed, without secrets. */
  readonly command: string;
  /** Places in files are shown relative to this folder. */
  readonly folder: string;
}
