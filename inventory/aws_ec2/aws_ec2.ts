// Hosts from EC2, as amazon.aws.aws_ec2 gives them for the same file; docs/aws.md tells where more is done.
import { type Diagnostic, failure, type Outcome, success } from '../../engine/document/diagnostic.ts';
import { type Dict, keyPositionOf } from '../../engine/document/value.ts';
import type { InventorySource, SourceRequest } from '../../engine/inventory/model.ts';
import { AwsFailure } from '../../aws/failure.ts';
import { findGateway } from './address.ts';
import { ask, type Found, instanceId, type Route53Memo } from './ask.ts';
import { whyEmpty } from './empty.ts';
import { type Located, makeHosts, nameInstances, someOf } from './hosts.ts';
import { inParallel } from './in_parallel.ts';
import { type AwsEc2Options, fileContext, readOptions } from './options.ts';
import { type Place, placesOf } from './places.ts';

/** Regions that are asked at a time. */
const placesAtATime = 8;

export async function awsEc2(config: Dict, request: SourceRequest): Promise<Outcome<InventorySource>> {
  const { options, diagnostics } = readOptions(config, request);
  const position = keyPositionOf(config, 'plugin') ?? { file: request.file, line: 1, column: 1 };
  const nothing = { groups: new Map(), hostVars: [] };
  if (diagnostics.some(({ severity }) => severity === 'error')) return success({ ...nothing, diagnostics });
  let places: readonly Place[] = [];
  try {
    places = await placesOf(options.accounts);
    const memo: Route53Memo = new Map();
    const found = await inParallel(places, placesAtATime, (place) => ask(place, options, memo));
    const source = await sourceOf(found, options, request);
    const told = (source.diagnostics ?? []).map((one) => ({ position, ...one }));
    return success({ ...source, diagnostics: [...diagnostics, ...told] });
  } catch (error) {
    if (!(error instanceof AwsFailure)) throw error;
    return failure({ ...problemOf('error', error), position });
  } finally {
    for (const { aws } of places) await aws.close();
  }
}

function problemOf(severity: Diagnostic['severity'], { message }: AwsFailure): Diagnostic {
  return { code: 'inventory-syntax', severity, summary: message };
}

/** What went wrong in some places; the same thing is told once. */
function problemsOf(found: readonly Found[]): Diagnostic[] {
  const problems = found.flatMap(({ place, failed, refused, warning }) => [
    ...(failed ? [problemOf('error', failed)] : []),
    ...(refused ? [{ ...problemOf('warning', refused), detail: `${place.name} is left out` }] : []),
    ...(warning === undefined ? [] : [warn('inventory-syntax', warning, '')]),
  ]);
  return [...new Map(problems.map((one) => [one.summary, one])).values()];
}

function warn(code: Diagnostic['code'], summary: string, detail: string): Diagnostic {
  return { code, severity: 'warning', summary, ...(detail === '' ? {} : { detail }) };
}

/** All instances in the order of their ids, each once however many accounts see it. */
function locatedOf(found: readonly Found[]): readonly Located[] {
  const located = new Map<string, Located>();
  for (const { place, instances } of found)
    for (const instance of instances)
      if (!located.has(instanceId(instance)))
        located.set(instanceId(instance), { instance, region: place.region });
  return [...located].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one);
}

async function sourceOf(
  found: readonly Found[],
  options: AwsEc2Options,
  request: SourceRequest,
): Promise<InventorySource> {
  const problems = problemsOf(found);
  const located = locatedOf(found);
  const naming = nameInstances(located, options, fileContext(request));
  problems.push(...naming.problems);
  const { nameless } = naming;
  if (nameless.length > 0) {
    const summary = `${nameless.length === 1 ? '1 instance has' : `${nameless.length} instances have`} no name and ${nameless.length === 1 ? 'is' : 'are'} left out`;
    problems.push(warn('inventory-syntax', summary, `${someOf(nameless)}: nothing in hostnames names them`));
  }
  const outcome = findGateway(
    options.gateway,
    located.map(({ instance }) => instance),
  );
  if ('wrong' in outcome)
    problems.push({
      code: 'bad-parameter',
      severity: 'error',
      summary: outcome.wrong,
      detail: outcome.detail,
    });
  else if (outcome.warning !== undefined) problems.push(warn('bad-parameter', outcome.warning, ''));
  const gateway = 'wrong' in outcome ? undefined : outcome.gateway;
  const made = makeHosts(naming.hosts, options, gateway);
  problems.push(...made.problems);
  if (naming.hosts.length === 0 && !found.some(({ failed }) => failed))
    problems.push(
      warn('inventory-syntax', 'No hosts were found in EC2', await whyEmpty(found, options, nameless.length)),
    );
  return { groups: made.groups, hostVars: made.hostVars, diagnostics: problems };
}
