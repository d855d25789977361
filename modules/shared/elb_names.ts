// Names that load balancers and target groups may have. AWS refuses others when it is asked to make one, which may be
// long after what stands behind it was made. Source: Elastic Load Balancing API reference, CreateLoadBalancer.
import { isPending } from './aws_api.ts';

const longest = 32;

/** Why AWS would refuse the name; undefined when it takes it. */
export function elbNameRefused(what: string, name: string): string | undefined {
  if (isPending(name)) return undefined;
  const rule = `${what} "${name}" cannot be made: AWS takes names of up to ${longest} letters, digits and hyphens`;
  if (name.length > longest) return `${rule}, and this has ${name.length}`;
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(name)) return `${rule}, no hyphen first or last`;
  return undefined;
}
