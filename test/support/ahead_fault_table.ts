// Faults of asking ahead: what is put in the place of which text, and the test that then fails.

export interface Fault {
  readonly name: string;
  /** Part of the name of a test file in test/engine/run. */
  readonly test: string;
  /** Of the random play that notices it. */
  readonly seed?: number;
  readonly edits: readonly { readonly file: string; readonly from: string; readonly to: string }[];
}

/** What the tests that notice them run and import. */
export const copiedFolders = ['engine', 'modules', 'aws', 'inventory', 'test/support', 'test/engine/run'];

const ask = 'engine/run/ahead/ask_ahead.ts';
const answers = 'engine/run/ahead/known_answers.ts';
const join = 'engine/run/ahead/join_items.ts';
const places = 'engine/run/ahead/file_places.ts';

export const aheadFaults: readonly Fault[] = [
  {
    name: 'it never asks ahead',
    test: 'ahead_property',
    seed: 3,
    edits: [
      { file: ask, from: 'if (!this.#isOn) return { ahead', to: 'if (this.#isOn || true) return { ahead' },
    ],
  },
  {
    name: 'a step drops nothing of its host',
    test: 'ahead_property',
    seed: 1,
    edits: [
      { file: answers, from: 'this.drop();\n    this.#changing', to: 'this.#changing' },
      { file: ask, from: 'this.#machine.drop();\n    const trip', to: 'const trip' },
    ],
  },
  {
    name: 'a step of another user drops nothing',
    test: 'ahead_drops',
    edits: [
      { file: answers, from: "${address}:${port ?? ''}`;", to: "${address}:${port ?? ''}${Math.random()}`;" },
    ],
  },
  {
    name: 'a command drops nothing of the other hosts, and delegated work neither',
    test: 'ahead_drops',
    edits: [{ file: ask, from: 'if (isFar) known.dropOthers(this.#machine, spared);', to: 'if (isFar) ;' }],
  },
  {
    name: 'delegated work drops nothing of its host',
    test: 'ahead_drops',
    edits: [
      {
        file: ask,
        from: 'isDelegated || steps.some((step) => isUnforeseen',
        to: 'steps.some((step) => isUnforeseen',
      },
    ],
  },
  {
    name: 'a task is not evaluated again, but keeps the parameters that were guessed',
    test: 'ahead_property',
    seed: 1,
    edits: [
      {
        file: 'engine/run/attempt.ts',
        from: 'params: parameters.params,',
        to: 'params: job.host.ahead.early.get(task)?.[0]?.params ?? parameters.params,',
      },
    ],
  },
  {
    name: 'functions that do something are called early',
    test: 'ask_ahead',
    edits: [{ file: 'engine/template/pure_only.ts', from: 'throw new NotPure(what);', to: 'return;' }],
  },
  {
    name: 'throttle is no barrier and drops nothing',
    test: 'ahead_drops',
    edits: [
      { file: 'engine/run/walk.ts', from: "if (task.keywords.has('throttle')) run.known.dropAll();", to: '' },
      {
        file: 'engine/run/ahead/coming.ts',
        from: "else if (node.keywords.has('throttle')) yield barrier;",
        to: '',
      },
    ],
  },
  {
    name: 'a retry drops nothing',
    test: 'ahead_drops',
    edits: [{ file: 'engine/run/run_item.ts', from: 'playRun.run.known.dropAll();', to: '' }],
  },
  {
    name: 'a pause drops nothing',
    test: 'ahead_drops',
    edits: [
      { file: 'engine/run/pause.ts', from: 'run.known.dropAll();', to: '' },
      { file: 'engine/run/ahead/collect.ts', from: 'plan.effects?.pause || ', to: '' },
    ],
  },
  {
    name: 'answers of one user are taken for those of another',
    test: 'ahead_drops',
    edits: [{ file: answers, from: 'const user = become && [', to: 'const user = undefined && become && [' }],
  },
  {
    name: 'the environment is no part of a question',
    test: 'ahead_drops',
    edits: [{ file: ask, from: '${JSON.stringify(environment)} ', to: '' }],
  },
  {
    name: 'volatile questions are asked early',
    test: 'ahead_drops',
    edits: [{ file: 'engine/run/ahead/collect.ts', from: "probe.kind.stability === 'stable' && ", to: '' }],
  },
  {
    name: 'a background job does not end asking ahead',
    test: 'ahead_drops',
    edits: [{ file: ask, from: '.every((running) => running.isFinished)', to: '.every(() => true)' }],
  },
  {
    name: 'a failed early answer is kept',
    test: 'ahead_drops',
    edits: [{ file: ask, from: 'return isProbeFailure(answer) ? undefined : answer;', to: 'return {};' }],
  },
  {
    name: 'a slow host is asked ahead all the same',
    test: 'ahead_drops',
    edits: [{ file: ask, from: 'this.#machine.isSlow = true;', to: 'continue;' }],
  },
  {
    name: 'an include that cannot be told yet is passed over',
    test: 'ahead_includes',
    edits: [
      {
        file: 'engine/run/ahead/early_includes.ts',
        from: "told.status === 'skipped' ? [] : undefined",
        to: '[]',
      },
    ],
  },
  {
    name: 'what is guessed of an included file is kept for its turn',
    test: 'ahead_includes',
    edits: [
      { file: 'engine/playbook/loading.ts', from: 'if (!this.#isGuessing) this.#files', to: 'this.#files' },
    ],
  },
  {
    name: 'items of a loop are done together although they depend on each other',
    test: 'joined_items',
    edits: [{ file: join, from: 'if (!staysPlanned(before, planned.asked, places)) break;', to: '' }],
  },
  {
    name: 'hard and symbolic links make no file of two',
    test: 'joined_items',
    edits: [
      {
        file: 'engine/module/vocabulary/independent.ts',
        from: "return file.target === undefined && (file.type === 'directory' || file.links === 1);",
        to: 'return true;',
      },
    ],
  },
  {
    name: 'the links on the way to a file are passed over',
    test: 'joined_places',
    edits: [
      {
        file: places,
        from: 'end: joinPath(folder.end, baseName(path)), passes: folder.passes',
        to: 'end: path, passes: []',
      },
    ],
  },
  {
    name: 'a folder that goes takes nothing with it',
    test: 'joined_places',
    edits: [{ file: places, from: 'isInside(one, other) || isInside(other, one)', to: 'one === other' }],
  },
  {
    name: 'a hard link is not the file that it was made from',
    test: 'joined_places',
    edits: [
      {
        file: 'engine/module/vocabulary/make_link.ts',
        from: "...(args.kind === 'hard' ? { target: lead(args.target, 'itself') } : {}),",
        to: '',
      },
    ],
  },
  {
    name: 'items go along although until, pauses or conditions look between them',
    test: 'joined_items',
    edits: [{ file: join, from: 'return looksBetween.every(', to: 'return [].every(' }],
  },
  {
    name: 'an item whose end is not known is told as done',
    test: 'joined_items',
    edits: [{ file: ask, from: 'if (isOver) isTold.add(index);', to: 'isTold.add(index);' }],
  },
  {
    name: 'an interrupt loses what was done',
    test: 'joined_items',
    edits: [{ file: 'engine/run/run_on_host.ts', from: '&& !joined.isBegun(index))', to: ')' }],
  },
];

/** The file's text with the fault; throws when what it replaces does not stand there just once. */
export function faulty({ name, edits }: Fault, file: string, text: string): string {
  return edits
    .filter((edit) => edit.file === file)
    .reduce((before, { from, to }) => {
      if (before.split(from).length !== 2) throw new Error(`${name}: ${file} has no single "${from}"`);
      return before.replace(from, () => to);
    }, text);
}
