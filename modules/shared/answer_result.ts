// What get_url registers of the server's answer.
import { Unknown } from '../../engine/document/value.ts';
import type { ResultData } from '../../engine/module/contract.ts';
import type { Outcomes } from '../../engine/module/outcomes.ts';
import { downloadKind } from '../../engine/module/vocabulary/download.ts';

/** What the server said. Where nothing was fetched, it is what Ansible tells of a file that is there already. */
export function answerResult(
  url: string,
  hasChecksum: boolean,
  outcomes: Outcomes,
): { readonly [name: string]: ResultData } {
  const [fetched] = outcomes.of(downloadKind);
  if (fetched) {
    const { status, seconds, source, size, sha1, md5, sha1Before } = fetched;
    return {
      ...(status === undefined ? {} : { status_code: status }),
      msg: `OK (${size} bytes)`,
      elapsed: seconds,
      src: source,
      checksum_src: sha1,
      checksum_dest: sha1Before,
      ...(md5 === undefined ? {} : { md5sum: md5 }),
    };
  }
  if (outcomes.planned(downloadKind).length > 0) {
    const names = ['status_code', 'msg', 'elapsed', 'src', 'checksum_src', 'checksum_dest', 'md5sum'];
    return Object.fromEntries(names.map((name) => [name, new Unknown(`what ${url} gives`)]));
  }
  if (!hasChecksum) return { status_code: 304, msg: 'HTTP Error 304: Not Modified', elapsed: 0 };
  const msg = `file already exists${outcomes.hasSteps ? ' but file attributes changed' : ''}`;
  return { msg, elapsed: 0, checksum_src: null, checksum_dest: null };
}
