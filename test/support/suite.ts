// The only door to uvu. It closes three traps of the runner: a throw in a setup hook counted as nothing, a suite that
// was never run, and a suite without tests all exit 0 there. Here each of them is a failed test.
import { suite as uvuSuite } from 'uvu';

export interface Tests {
  /** Adds a test. The name is a sentence that says what holds. */
  readonly test: (name: string, body: () => void | Promise<void>) => void;
  /** Runs once before the first test; when it throws, every test of the suite fails with its error. */
  readonly setup: (body: () => void | Promise<void>) => void;
  /** Runs once after the last test, also when tests failed. */
  readonly teardown: (body: () => void | Promise<void>) => void;
}

interface Options {
  /** Why this suite cannot run on this machine. In CI that is a failure, elsewhere a skip that prints the reason. */
  readonly unless?: string | undefined;
  /** Why this suite runs only when asked for: skipped in CI too, and told again at the end of the run. */
  readonly notAsked?: string | undefined;
}

interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Suites that nobody asked for, and why they want to be asked for. */
  readonly notAsked: string[];
}

/** Counts over all suites of this process, read by test/support/run.ts. */
export const tally: Tally = { passed: 0, failed: 0, skipped: 0, notAsked: [] };

/** Seconds that each suite took so far, its setup and teardown included. */
export const secondsOf = new Map<string, number>();

function counted(suite: string, body: () => Promise<void>): () => Promise<void> {
  return async () => {
    const started = performance.now();
    try {
      await body();
      tally.passed += 1;
    } catch (error) {
      tally.failed += 1;
      throw error;
    } finally {
      secondsOf.set(suite, (secondsOf.get(suite) ?? 0) + (performance.now() - started) / 1000);
    }
  };
}

/** Declares and runs a suite of tests. */
export function describe(name: string, declare: (tests: Tests) => void, options: Options = {}): void {
  const tests: { name: string; body: () => void | Promise<void> }[] = [];
  const setups: (() => void | Promise<void>)[] = [];
  const teardowns: (() => void | Promise<void>)[] = [];
  declare({
    test: (testName, body) => void tests.push({ name: testName, body }),
    setup: (body) => void setups.push(body),
    teardown: (body) => void teardowns.push(body),
  });
  const run = uvuSuite(name);
  if (tests.length === 0) {
    run(
      'has at least one test',
      counted(name, () => Promise.reject(new Error(`Suite ${name} declares no test`))),
    );
  } else if (options.notAsked !== undefined) {
    tally.skipped += tests.length;
    tally.notAsked.push(`${name}, ${tests.length} tests: ${options.notAsked}`);
    return;
  } else if (options.unless !== undefined && process.env['CI'] !== 'true') {
    tally.skipped += tests.length;
    console.log(`${name}: ${tests.length} tests skipped: ${options.unless}`);
    return;
  }
  let ready: Promise<void> | undefined;
  const prepare = async (): Promise<void> => {
    if (options.unless !== undefined) throw new Error(`Cannot run here: ${options.unless}`);
    for (const body of setups) await body();
  };
  for (const test of tests)
    run(
      test.name,
      counted(name, async () => {
        ready ??= prepare();
        await ready;
        await test.body();
      }),
    );
  if (teardowns.length > 0)
    run(
      'teardown',
      counted(name, async () => {
        for (const body of teardowns) await body();
      }),
    );
  run.run();
}
