// Does every `notify` name a handler of its play?
import { textOf } from '../../document/value.ts';
import { hasTemplate } from '../../template/template.ts';
import { type HandlerNames, namesOfHandler } from '../handlers.ts';
import { itemsOf } from '../inherit.ts';
import type { Loading } from '../loading.ts';
import type { Located, Node, Task } from '../model.ts';
import { error, suggestion, warning } from '../problem.ts';
import { mayBePassed } from './doubts.ts';

interface Notification {
  readonly handler: string;
  readonly located: Located;
  readonly isDoubtful: boolean;
}

/** The handlers and notifications of one play, gathered while its nodes are checked, compared at the end. */
export class Notifications {
  readonly #names = new Set<string>();
  readonly #handlers = new Set<Task>();
  readonly #given: Notification[] = [];
  #mayBeMore = false;

  addHandlers(handlers: readonly Task[], loading: Loading): void {
    for (const handler of handlers) {
      if (this.#handlers.has(handler)) continue;
      this.#handlers.add(handler);
      const { names, topics, isComplete }: HandlerNames = namesOfHandler(handler, loading);
      for (const name of [...names, ...topics]) this.#names.add(name);
      if (!isComplete) this.#mayBeMore = true;
    }
  }

  /** Something that only the run knows may bring handlers. */
  expectMore(): void {
    this.#mayBeMore = true;
  }

  addFrom(node: Node, loading: Loading): void {
    const notify = node.keywords.get('notify');
    if (!notify || notify.value === null) return;
    for (const located of itemsOf(notify)) {
      const handler = textOf(located.value);
      if (handler === undefined || hasTemplate(handler)) continue;
      this.#given.push({ handler, located, isDoubtful: loading.isInDoubt || mayBePassed(node, loading) });
    }
  }

  report(loading: Loading): void {
    for (const { handler, located, isDoubtful } of this.#given) {
      if (this.#names.has(handler)) continue;
      const make = this.#mayBeMore || isDoubtful ? warning : error;
      const otherwise = this.#mayBeMore
        ? 'A part of the play that is read in the run may add it'
        : 'No handler of the play has this name or listens to this topic';
      loading.report(
        make(
          'unknown-handler',
          `Unknown handler ${handler}`,
          located.position,
          suggestion(handler, this.#names, otherwise),
        ),
      );
    }
  }
}
