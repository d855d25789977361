// Gives a file or folder its owner, group and mode. With `recurse`, all that is in it as well.
import type { Step, StepKind } from '../contract.ts';
import { step } from '../probe_identity.ts';
import { quote } from '../quote.ts';
import { ownersAreThere } from './account_needs.ts';
import { fileEffects, type FileIdentity } from './file_effects.ts';
import { setOwnership, withOwnership, type Ownership } from './ownership.ts';
import { normalPath } from './paths.ts';

export interface ChangeOwnership extends Ownership {
  readonly path: string;
  /** Change what a link leads to, not the link. */
  readonly follow?: boolean | undefined;
  /** It has other names, which show the same owner and mode. */
  readonly pictured?: FileIdentity | undefined;
}

function wished({ owner, group, mode }: Ownership): string {
  const parts = [mode, owner && `owner ${owner}`, group && `group ${group}`];
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}

export const changeOwnershipKind: StepKind<ChangeOwnership, void> = {
  name: 'change ownership',
  target: 'host',
  joins: () => true,
  perform: (args) => ({
    script: setOwnership(quote(args.path), args, { follow: args.follow ?? true }).text,
  }),
  describe: (args) => `give ${args.path} ${wished(args)}`,
  needs: ownersAreThere,
  placed: (args, lead) => ({ ...args, path: lead(args.path, args.follow === false ? 'itself' : 'end') }),
  effects: fileEffects<ChangeOwnership>({
    path: ({ path }) => path,
    stat: (args, before) => (before?.exists ? withOwnership(before, args) : before),
    isSameFile: true,
    shared: ({ pictured }) => pictured,
    newer: () => 'no',
  }),
};

export function changeOwnership(args: ChangeOwnership): Step<void> {
  return step(changeOwnershipKind, { ...args, path: normalPath(args.path) });
}
