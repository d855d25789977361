// vars_prompt: asked once, before the play's hosts are known, and then variables of the play.
import type { Diagnostic } from '../document/diagnostic.ts';
import { bare, type Dict, isDict, type Position, textOf, type Value, withMarks } from '../document/value.ts';
import { pythonText } from '../module/python_text.ts';
import { itemsOf } from '../playbook/inherit.ts';
import type { Play } from '../playbook/model.ts';
import { asBoolean } from './keywords.ts';
import type { RunState } from './state.ts';
import type { TaskScope } from './task_scope.ts';

interface Prompt {
  readonly name: string;
  readonly question: string;
  /** Text, whatever the playbook wrote: a number is asked for as text, too. */
  readonly fallback: string | undefined;
  readonly hidden: boolean;
  readonly confirmed: boolean;
  readonly position: Position;
}

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

/** The questions may use variables of the play, as in Ansible; the text of a default is evaluated once more with the variable. */
function readPrompt(raw: Dict, position: Position, scope: TaskScope): Prompt | undefined {
  const name = textOf(raw.get('name') ?? null);
  if (name === undefined) return undefined;
  const told = (key: string): string | undefined => {
    const value = raw.get(key) ?? null;
    const evaluated = scope.evaluate(value, undefined, position);
    const inner = bare(evaluated.ok ? evaluated.value : value);
    return inner === null ? undefined : pythonText(inner);
  };
  return {
    name,
    question: told('prompt') ?? name,
    fallback: told('default'),
    hidden: asBoolean(raw.get('private') ?? true) ?? true,
    confirmed: asBoolean(raw.get('confirm') ?? false) ?? false,
    position,
  };
}

async function answerFor(run: RunState, prompt: Prompt): Promise<string | undefined> {
  const { question, fallback, hidden } = prompt;
  const shown = fallback === undefined ? question : `${question} [${hidden ? '********' : fallback}]`;
  for (let lead = ''; ; lead = '***** VALUES ENTERED DO NOT MATCH ****\n') {
    const answer = await run.services.prompter.ask(`${lead}${shown}: `, { hidden });
    if (answer === undefined) {
      if (!run.services.signal.aborted) tellNotAsked(run, prompt.position, prompt.name, fallback);
      return fallback;
    }
    const value = answer === '' ? (fallback ?? '') : answer;
    if (!prompt.confirmed) return value;
    const again = await run.services.prompter.ask(`confirm ${shown}: `, { hidden });
    if (again === answer) return value;
    if (again === undefined) return fallback;
  }
}

/** With `encrypt` the variable is the hash of the answer; a hash that is not made here leaves it undefined. */
function hashed(
  run: RunState,
  raw: Dict,
  answer: string,
  place: Position,
  scope: TaskScope,
): Value | undefined {
  const wish = raw.get('encrypt') ?? null;
  if (bare(wish) === null || bare(wish) === false || bare(wish) === '') return answer;
  const local: Dict = new Map<string, Value>([
    ['hardway_answer', withMarks(answer, { unsafe: true })],
    ['hardway_prompt', raw],
  ]);
  const given = ['salt', 'salt_size'].filter((key) => bare(raw.get(key) ?? null) !== null);
  const more = given.map((key) => `, ${key}=hardway_prompt.${key}`).join('');
  const made = scope.expression(
    `hardway_answer | password_hash(hardway_prompt.encrypt${more})`,
    local,
    place,
  );
  if (made.ok) return made.value;
  const problem: Diagnostic = { ...made.problem, severity: 'warning', position: place };
  run.emit({ type: 'warning', problem });
  return undefined;
}

export async function askForVariables(run: RunState, play: Play, scope: TaskScope): Promise<void> {
  const written = play.keywords.get('vars_prompt');
  if (!written) return;
  const answers: Dict = new Map<string, Value>();
  for (const { value: raw, position } of itemsOf(written)) {
    if (run.services.signal.aborted) break;
    const prompt = isDict(raw) ? readPrompt(raw, position, scope) : undefined;
    if (!isDict(raw) || !prompt || run.services.prompted.isGiven(prompt.name)) continue;
    const answer = await answerFor(run, prompt);
    if (answer === undefined) continue;
    // What the playbook says itself is no secret.
    if (prompt.hidden && answer !== '' && answer !== prompt.fallback) run.secrets.add(answer);
    const value = hashed(run, raw, answer, position, scope);
    if (value === undefined) continue;
    const unsafe = asBoolean(raw.get('unsafe') ?? false) === true;
    answers.set(prompt.name, withMarks(value, unsafe ? { unsafe } : {}));
  }
  run.services.prompted.set(play, answers);
}
