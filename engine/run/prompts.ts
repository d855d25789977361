// vars_prompt: asked once, before the play's hosts are known, and then variables of the play.
import { type Dict, isDict, isList, type Position, textOf, type Value } from '../document/value.ts';
import type { Play } from '../playbook/model.ts';
import { asBoolean } from './keywords.ts';
import type { RunState } from './state.ts';

/** Without a terminal the play goes on, as in Ansible, and it is told with what. */
function tellNotAsked(run: RunState, position: Position, name: string, fallback: string | undefined): void {
  run.emit({
    type: 'warning',
    problem: {
      code: 'not-asked',
      severity: 'warning',
      summary: `vars_prompt could not ask for ${name}, as there is no terminal`,
      detail: `${fallback === undefined ? 'It stays undefined' : 'Its default is used'}; -e ${name}=… answers beforehand`,
      position,
    },
  });
}

async function answerFor(
  run: RunState,
  position: Position,
  prompt: Dict,
  name: string,
): Promise<string | undefined> {
  const question = textOf(prompt.get('prompt') ?? null) ?? name;
  const fallback = textOf(prompt.get('default') ?? null);
  const hidden = asBoolean(prompt.get('private') ?? true) ?? true;
  const shown = fallback === undefined ? question : `${question} [${hidden ? '********' : fallback}]`;
  for (let lead = ''; ; lead = '***** VALUES ENTERED DO NOT MATCH ****\n') {
    const answer = await run.services.prompter.ask(`${lead}${shown}: `, { hidden });
    if (answer === undefined) {
      if (!run.services.signal.aborted) tellNotAsked(run, position, name, fallback);
      return fallback;
    }
    const value = answer === '' ? (fallback ?? '') : answer;
    if (asBoolean(prompt.get('confirm') ?? false) !== true) return value;
    const again = await run.services.prompter.ask(`confirm ${shown}: `, { hidden });
    if (again === answer) return value;
    if (again === undefined) return fallback;
  }
}

export async function askForVariables(run: RunState, play: Play): Promise<void> {
  const raw = play.keywords.get('vars_prompt');
  if (!raw || !isList(raw.value)) return;
  const answers: Dict = new Map<string, Value>();
  for (const prompt of raw.value) {
    if (run.services.signal.aborted) break;
    if (!isDict(prompt)) continue;
    const name = textOf(prompt.get('name') ?? null);
    if (name === undefined || run.services.prompted.isGiven(name)) continue;
    const answer = await answerFor(run, raw.position, prompt, name);
    if (answer === undefined) continue;
    if ((asBoolean(prompt.get('private') ?? true) ?? true) && answer !== '') run.secrets.add(answer);
    answers.set(name, answer);
  }
  run.services.prompted.set(play, answers);
}
