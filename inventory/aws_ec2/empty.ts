// Why an inventory is empty: where was looked, for what, and what is there that did not fit.
import { AwsFailure } from '../../aws/failure.ts';
import { eachInstance, type InstanceFilters } from '../../aws/instances.ts';
import { type AwsRecord, awsText } from '../../aws/xml_values.ts';
import type { Found } from './ask.ts';
import { attributeOf } from './attributes.ts';
import { filtersText } from './filters.ts';
import type { AwsEc2Options } from './options.ts';

const mostPlaces = 8;

function fits(instance: AwsRecord, name: string, wanted: readonly string[]): boolean | undefined {
  const tags = instance.get('tags');
  const value =
    name.startsWith('tag:') && tags instanceof Map
      ? { value: tags.get(name.slice('tag:'.length)) }
      : attributeOf(name, instance);
  if (!value) return undefined;
  const had = Array.isArray(value.value) ? value.value : value.value === undefined ? [] : [value.value];
  return wanted.some((pattern) => {
    const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`);
    const form = new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
    return had.some((one) => form.test(awsText(one)));
  });
}

/** What is there without any filter, by state, and how many each filter fits. */
async function whatIsThere({ place }: Found, include: readonly InstanceFilters[]): Promise<string> {
  const states = new Map<string, number>();
  const fitting = new Map<string, number>();
  let seen = 0;
  await eachInstance(place.aws, new Map(), (page) => {
    for (const instance of page) {
      seen += 1;
      const state = attributeOf('instance-state-name', instance)?.value;
      states.set(awsText(state), (states.get(awsText(state)) ?? 0) + 1);
      for (const filters of include)
        for (const [name, wanted] of filters) {
          const fit = fits(instance, name, wanted);
          const key = filtersText(new Map([[name, wanted]]));
          if (fit !== undefined) fitting.set(key, (fitting.get(key) ?? 0) + Number(fit));
        }
    }
  });
  if (seen === 0) return 'no instances at all';
  const byState = [...states].map(([state, count]) => `${count} ${state}`).join(', ');
  const byFilter = [...fitting].map(([filter, count]) => `${filter} fits ${count}`).join(', ');
  return `${seen} there without filters (${byState})${byFilter === '' ? '' : `; of them ${byFilter}`}`;
}

async function told(found: Found, options: AwsEc2Options, nameless: number): Promise<string> {
  const { place, instances, excluded, refused } = found;
  if (refused) return `${place.name}: not allowed to ask`;
  if (instances.length + excluded === 0) {
    const there = await whatIsThere(found, options.include).catch((error: unknown) => {
      if (error instanceof AwsFailure) return error.message;
      throw error;
    });
    return `${place.name}: none fits ${options.include.map(filtersText).join(' or ')}; ${there}`;
  }
  const dropped = [
    ...(excluded > 0 ? [`${excluded} left out by exclude_filters`] : []),
    ...(nameless > 0 ? [`${nameless} without a name by hostnames`] : []),
  ];
  return `${place.name}: ${instances.length + excluded} seen, ${dropped.join(', ')}`;
}

export async function whyEmpty(
  found: readonly Found[],
  options: AwsEc2Options,
  nameless: number,
): Promise<string> {
  const lines: string[] = [];
  for (const one of found.slice(0, mostPlaces)) lines.push(await told(one, options, nameless));
  if (found.length > mostPlaces) lines.push(`and ${found.length - mostPlaces} more regions with nothing`);
  return lines.join('. ');
}
