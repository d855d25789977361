// Keeps the host's time zone: the link /etc/localtime and, where it is there, the name in /etc/timezone. The hardware
// clock's mode (hwclock) is not built.
import { textContent } from '../engine/module/content.ts';
import type { Step } from '../engine/module/contract.ts';
import { answers, defineModule } from '../engine/module/define.ts';
import { oneOf, optional, str } from '../engine/module/kinds.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { makeLink } from '../engine/module/vocabulary/make_link.ts';
import { stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { putFile } from './shared/put_file.ts';

const zones = '/usr/share/zoneinfo';

interface Seen {
  readonly zone: Stat;
  readonly link: Stat;
  readonly file: Stat;
  readonly name: FileContent;
}

function zoneOf({ link, name }: Seen): string {
  const target = link.exists ? (link.target ?? '') : '';
  return target.includes('/zoneinfo/') ? (target.split('/zoneinfo/')[1] ?? '') : textIn(name).trim();
}

export const timezone = defineModule({
  name: 'timezone',
  fullNames: ['community.general.timezone'],
  summary: 'Keep the time zone of a host',
  reach: () => ({ files: ['/etc/localtime', '/etc/timezone'] }),
  params: {
    name: str({ doc: 'As below /usr/share/zoneinfo: Europe/Berlin, UTC.' }),
    hwclock: optional(oneOf('local', 'UTC', { aliases: ['rtc'], doc: 'Refused: not built.' })),
  },
  seen: answers<Seen>(),
  probes: ({ name }) => ({
    zone: stat({ path: `${zones}/${name}`, follow: true }),
    link: stat({ path: '/etc/localtime' }),
    file: stat({ path: '/etc/timezone', digest: 'sha256', follow: true }),
    name: content('/etc/timezone'),
  }),
  plan: ({ name, hwclock }, seen, context) => {
    if (hwclock !== undefined) return { steps: [], fail: 'timezone does not set the hardware clock' };
    if (!seen.zone.exists || seen.zone.type !== 'file')
      return { steps: [], fail: `there is no zone ${name} in ${zones} of this host` };
    const isRight = seen.link.exists && zoneOf(seen) === name;
    const steps: Step[] = isRight
      ? []
      : [
          makeLink({
            path: '/etc/localtime',
            target: `${zones}/${name}`,
            kind: 'symbolic',
            creator: context.user,
          }),
        ];
    const isNamed = !seen.file.exists || textIn(seen.name).trim() === name;
    if (!isNamed)
      steps.push(
        ...putFile({ path: '/etc/timezone', content: textContent(`${name}\n`) }, seen.file, context),
      );
    return {
      steps,
      differences:
        steps.length > 0 ? [{ header: 'time zone', before: `${zoneOf(seen)}\n`, after: `${name}\n` }] : [],
    };
  },
  result: ({ name }) => ({ name }),
});
