// Finds network load balancers by their names. It only looks.
import { answers, defineModule, done } from '../engine/module/define.ts';
import { dict, list, str } from '../engine/module/kinds.ts';
import { accessOf, awsParameters } from './shared/aws_parameters.ts';
import { loadBalancers, type LoadBalancer } from './shared/elb_network_lbs.ts';

export const elbNetworkLbInfo = defineModule({
  name: 'elb_network_lb_info',
  summary: 'Find network load balancers',
  reach: 'nothing',
  params: { names: list(str()), ...awsParameters },
  returns: { load_balancers: list(dict(), { doc: 'dns_name, scheme, availability_zones, listeners …' }) },
  seen: answers<{ found: readonly LoadBalancer[] }>(),
  probes: (wish, seen) =>
    seen.found ? done : { found: loadBalancers.ask(accessOf(wish), { name: wish.names }) },
  plan: () => ({ steps: [] }),
  result: (_wish, { found }) => ({ load_balancers: [...found] }),
});
