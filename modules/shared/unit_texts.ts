// What `systemd` knows beside Ansible: the text of a unit and of its drop-ins, and waiting until the unit is active.
import { textContent } from '../../engine/module/content.ts';
import type { Difference, Probe, Step, StepKind } from '../../engine/module/contract.ts';
import { step } from '../../engine/module/probe_identity.ts';
import { dataText } from '../../engine/module/data.ts';
import { dict, int, optional, str, type Parameters } from '../../engine/module/kinds.ts';
import { sh } from '../../engine/module/quote.ts';
import { content, textIn, type FileContent } from '../../engine/module/vocabulary/content.ts';
import { makeDirectory } from '../../engine/module/vocabulary/make_directory.ts';
import { removeFile } from '../../engine/module/vocabulary/remove_file.ts';
import {
  scopeFlags,
  unitKind,
  unitName,
  type UnitQuestion,
  type UnitState,
} from '../../engine/module/vocabulary/unit_state.ts';
import { writeFile } from '../../engine/module/vocabulary/write_file.ts';

export const textParams = {
  content: optional(str({ doc: 'Text of the unit; it is kept in /etc/systemd/system' })),
  dropins: optional(
    dict({
      doc: 'Texts of drop-ins by their names, without .conf; null removes one. With content or dropins, restarted and reloaded act only when the unit does not run, or is older than these files or those of stale_after',
    }),
  ),
  wait_active: optional(
    int({ doc: 'Seconds to wait until a started, restarted or reloaded unit is active', minimum: 1 }),
  ),
};

export type TextWish = Parameters<typeof textParams>;
type Named = TextWish & { readonly name?: string | undefined };

interface UnitText {
  readonly path: `/etc/systemd/system/${string}`;
  /** Null: no such file. */
  readonly text: string | null;
}

const withEnd = (text: string): string => (text.endsWith('\n') ? text : `${text}\n`);

export function unitTexts({ name, content: text, dropins = {} }: Named): UnitText[] {
  if (name === undefined) return [];
  const path = `/etc/systemd/system/${unitName(name)}` as const;
  return [
    ...(text === undefined ? [] : [{ path, text: withEnd(text) }]),
    ...Object.entries(dropins).map(([word, inner]) => ({
      path: `${path}.d/${word.replace(/\.conf$/, '')}.conf` as const,
      text: inner === null ? null : withEnd(dataText(inner)),
    })),
  ];
}

/** Answers by the paths of the files. */
export interface SeenTexts {
  readonly [path: `/etc/systemd/system/${string}`]: FileContent;
}

export function askTexts(wish: Named): {
  readonly [path: `/etc/systemd/system/${string}`]: Probe<FileContent>;
} {
  return Object.fromEntries(unitTexts(wish).map(({ path }) => [path, content(path)]));
}

interface TextPlan {
  readonly steps: readonly Step[];
  readonly differences: readonly Difference[];
}

interface ChangedText extends UnitText {
  readonly before: string | null;
}

function changedTexts(wish: Named, seen: SeenTexts): ChangedText[] {
  return unitTexts(wish).flatMap(({ path, text }) => {
    const file = seen[path];
    const before = file?.found === 'file' ? textIn(file) : null;
    return before === text ? [] : [{ path, before, text }];
  });
}

/** The settings that name programs; one that ends in a backslash goes on in the next line. */
function execLines(text: string | null): string {
  const lines = (text ?? '').replace(/\\\n/g, ' ').split('\n');
  return lines
    .map((line) => line.trim())
    .filter((line) => /^Exec\w+\s*=/.test(line))
    .join('\n');
}

/** Whether other programs will run than before; undefined when the task keeps no text of the unit. */
export function execChanged(wish: Named, seen: SeenTexts): boolean | undefined {
  return unitTexts(wish).length === 0
    ? undefined
    : changedTexts(wish, seen).some(({ before, text }) => execLines(before) !== execLines(text));
}

/** Texts of a unit stand where everybody may read them, so a diff shows them. */
export function planTexts(wish: Named, seen: SeenTexts, creator: string): TextPlan {
  const changed = changedTexts(wish, seen);
  const folder = changed.find(({ path, text }) => text !== null && path.endsWith('.conf'))?.path;
  return {
    steps: [
      ...(folder === undefined
        ? []
        : [makeDirectory({ path: folder.replace(/\/[^/]+$/, ''), mode: '0755', creator })]),
      ...changed.map(({ path, text }) =>
        text === null
          ? removeFile(path)
          : writeFile({ path, content: textContent(text), mode: '0644', creator }),
      ),
    ],
    differences: changed.map(({ path, before, text }) => ({ header: path, before, after: text })),
  };
}

interface ActiveStep {
  readonly unit: string;
  readonly scope: readonly string[];
  readonly seconds: number;
}

const activeKind: StepKind<ActiveStep, void> = {
  name: 'wait for unit',
  target: 'host',
  readsOnly: true,
  describe: ({ unit, seconds }) => `wait up to ${seconds} s until ${unit} is active`,
  perform: ({ unit, scope, seconds }) => ({
    script: sh`end=$(( $(date +%s) + ${seconds} ))
until state=$(systemctl ${[...scope]} is-active -- ${unit}); do
  if [ "$state" = failed ] || [ "$(date +%s)" -ge "$end" ]; then
    echo ${unit} "is $state:" >&2
    systemctl ${[...scope]} --no-pager --lines=5 status -- ${unit} >&2
    exit 1
  fi
  sleep 0.2
done`.text,
    timeoutSeconds: seconds + 30,
  }),
  effects: [
    {
      probe: unitKind,
      touches: () => true,
      predict: ({ unit, scope }: ActiveStep, question: UnitQuestion, before: UnitState | undefined) => {
        const isIt = question.unit === unit && scopeFlags(question.scope).join() === scope.join();
        if (!isIt || !before || before.active) return before;
        const properties = { ...before.properties, ActiveState: 'active', SubState: 'running' };
        return { ...before, properties, active: true };
      },
    },
  ],
};

export const waitActive = (args: ActiveStep): Step<void> => step(activeKind, args);
