// Events as every report shows them: by name, the whole text of each.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PlanCollector } from '../../engine/cli/plan/collect_plan.ts';
import { Sources } from '../../engine/document/source.ts';
import { jsonLines } from '../../engine/report/json_lines.ts';
import { pageReport } from '../../engine/report/page/page_report.ts';
import type { Reporter } from '../../engine/report/reporter.ts';
import { terminalReport } from '../../engine/report/terminal.ts';
import type { RunEvent } from '../../engine/run/events.ts';

/** `live` reports get events as they come; the page and the plan are read at the end. */
export class ShownForms {
  readonly #texts = new Map<string, string>();
  readonly #reporters: Reporter[] = [];
  readonly #plan: PlanCollector;
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'hardway-shown-'));

  constructor() {
    const add = (form: string) => (text: string) =>
      this.#texts.set(form, (this.#texts.get(form) ?? '') + text);
    const terminal = (form: string, verbosity: number, isShort: boolean): Reporter =>
      terminalReport(
        { columns: 40, write: add(form) },
        { verbosity, isShort, isTerminal: false, paint: (_colour, text) => text, sources: new Sources() },
      );
    this.#plan = new PlanCollector('key', '/');
    this.#reporters.push(
      terminal('text', 0, false),
      terminal('-vvv', 3, false),
      terminal('short', 0, true),
      jsonLines(add('json')),
      pageReport(
        { file: this.#page, topology: { groups: [], hosts: [] }, command: '', folder: '/' },
        () => undefined,
      ),
    );
  }

  get #page(): string {
    return path.join(this.#folder, 'page.html');
  }

  readonly take = (event: RunEvent): void => {
    for (const reporter of this.#reporters) reporter.take(event);
    this.#plan.take(event);
  };

  async texts(): Promise<ReadonlyMap<string, string>> {
    for (const reporter of this.#reporters) await reporter.close();
    this.#texts.set('page', readFileSync(this.#page, 'utf8'));
    this.#texts.set('plan', JSON.stringify(this.#plan.tasks));
    rmSync(this.#folder, { recursive: true, force: true });
    return this.#texts;
  }
}
