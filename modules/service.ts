// Keeps a service running or stopped and enabled, by the host's service manager. Only systemd is built; what it does is
// systemd's.
import { defineModule } from '../engine/module/define.ts';
import { bool, defaultsOf, int, oneOf, optional, str } from '../engine/module/kinds.ts';
import { unitAgeKind } from '../engine/module/vocabulary/unit_age.ts';
import { unitKind } from '../engine/module/vocabulary/unit_state.ts';
import { servicesKind } from '../engine/module/vocabulary/services.ts';
import { unitTreeKind } from '../engine/module/vocabulary/unit_tree.ts';
import { systemd } from './systemd.ts';

const { state, enabled } = systemd.params;
const params = {
  name: str(),
  state,
  enabled,
  sleep: optional(int({ doc: 'Taken and passed over.' })),
  pattern: optional(str({ doc: 'Taken and passed over.' })),
  arguments: optional(str({ aliases: ['args'], doc: 'Taken and passed over, as with systemd in Ansible.' })),
  runlevel: optional(str({ doc: 'Taken and passed over.' })),
  use: optional(oneOf('auto', 'systemd', 'ansible.builtin.systemd'), 'auto'),
  daemon_reload: optional(bool(), false),
};

type SystemdWish = Parameters<typeof systemd.plan>[0];
type Wish = Pick<SystemdWish, 'state' | 'enabled' | 'daemon_reload'> & { readonly name: string };

function forSystemd({ name, state, enabled, daemon_reload }: Wish): SystemdWish {
  return { ...defaultsOf(systemd.params), name, state, enabled, daemon_reload };
}

export const service = defineModule({
  name: 'service',
  fullNames: ['ansible.builtin.service'],
  summary: 'Keep a service running or stopped',
  reach: ({ name, enabled }) => ({
    files: name === undefined || enabled !== undefined ? ['/etc/systemd/system'] : [],
    answers: [unitKind, unitAgeKind, unitTreeKind, servicesKind],
  }),
  params,
  constraints: { requiredOneOf: [['state', 'enabled']] },
  ...(systemd.seen ? { seen: systemd.seen } : {}),
  probes: (wish, seen, context) => systemd.probes?.(forSystemd(wish), seen, context) ?? {},
  plan: (wish, seen, context) => systemd.plan(forSystemd(wish), seen, context),
  result: (wish, before, outcomes, after, context) =>
    systemd.result?.(forSystemd(wish), before, outcomes, after, context) ?? {},
});
