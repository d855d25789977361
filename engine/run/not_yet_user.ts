// Check mode: a user, or the way to become one, that an earlier task would make is not there yet. That is no failure.
import type { BecomeSpec, ConnectionFailure, ConnectionSpec } from '../connection/contract.ts';
import { user } from '../module/vocabulary/account.ts';
import { content } from '../module/vocabulary/content.ts';
import { listing } from '../module/vocabulary/listing.ts';
import type { HostView } from './host_view.ts';

interface Way {
  readonly spec: Pick<ConnectionSpec, 'user'>;
  readonly become: Pick<BecomeSpec, 'user'> | undefined;
}

/** What the failure waits for; undefined where nothing that is foreseen may mend it. */
export function mayYetBeReached(view: HostView, failure: ConnectionFailure, way: Way): string | undefined {
  const name = failure.stage === 'become' ? way.become?.user : way.spec.user;
  if (name === undefined || !['become', 'authenticate'].includes(failure.stage)) return undefined;
  const rights = [content('/etc/sudoers'), listing({ path: '/etc/sudoers.d' })];
  const asked = [user(name), ...(failure.stage === 'become' ? rights : [])];
  return asked.some((probe) => view.isPictured(probe)) ? `the user ${name}` : undefined;
}
