// Two runs of a case side by side: what is compared, and what is left out because it is another in every run or the
// engine's own words.
import type { CaseResult, CaseRun } from './runs.ts';

/** Of another moment or process, or what Ansible tells of itself. */
const leftOut = new Set(
  'start end delta elapsed diff invocation censored timedout argument_errors argument_spec_data warnings deprecations exception ansible_job_id results_file atime mtime ctime pid inode dev md5sum src module_stdout module_stderr discovered_interpreter_python reason'.split(
    ' ',
  ),
);

/** An include or a task of the engine is told by what it brings in; each engine says in its own way that it was there. */
const silent = /^(?:ansible\.builtin\.)?(?:include_tasks|include_role|import_\w+|meta)$/;

function masked(value: unknown, failed: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => masked(one, failed));
  if (typeof value !== 'object' || value === null) return value;
  const own = (value as { failed?: unknown }).failed === true || failed;
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key]) => !leftOut.has(key) && !key.startsWith('_ansible') && !key.startsWith('ansible_python'),
      )
      // Messages of failures are each engine's own words.
      .filter(([key]) => !(own && ['msg', 'stderr', 'stdout', 'stdout_lines', 'stderr_lines'].includes(key)))
      .filter(([key, one]) => !(['failed', 'skipped', 'changed'].includes(key) && one === false))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, one]) => [key, masked(one, own)]),
  );
}

function line({ host, task, module, status, ignored, values }: CaseResult): string {
  // The status says it; Ansible adds the word when a result is registered.
  const told = Object.entries(values as object).filter(([key]) => key !== 'failed');
  const plain = masked(Object.fromEntries(told), status === 'failed' || status === 'unreachable');
  const shown = status === 'skipped' ? '' : JSON.stringify(plain);
  return `${host} | ${task || module} | ${status}${ignored ? ', ignored' : ''} | ${shown}`;
}

function byHost({ results }: CaseRun): Record<string, string[]> {
  const hosts: Record<string, string[]> = {};
  for (const result of results)
    if (!silent.test(result.module) || result.status === 'failed')
      (hosts[result.host] ??= []).push(line(result));
  return hosts;
}

/** What differs between the runs, in lines; none when they agree. */
export function differences(
  theirs: CaseRun & { readonly tree: readonly string[] },
  ours: CaseRun & { readonly tree: readonly string[] },
): string[] {
  const [a, b] = [byHost(theirs), byHost(ours)];
  const found: string[] = [];
  if (theirs.code !== ours.code)
    found.push(`exit code ${theirs.code} there, ${ours.code} here: ${ours.said || theirs.said}`);
  for (const host of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const [there, here] = [a[host] ?? [], b[host] ?? []];
    for (let index = 0; index < Math.max(there.length, here.length); index += 1)
      if (there[index] !== here[index])
        found.push(`there: ${there[index] ?? '(nothing)'}`, `here:  ${here[index] ?? '(nothing)'}`);
  }
  for (const key of new Set([...Object.keys(theirs.recap), ...Object.keys(ours.recap)])) {
    const [there = 0, here = 0] = [theirs.recap[key], ours.recap[key]];
    if (there !== here) found.push(`recap ${key}: ${there} there, ${here} here`);
  }
  if (JSON.stringify(theirs.tree) !== JSON.stringify(ours.tree))
    found.push(
      ...theirs.tree.filter((one) => !ours.tree.includes(one)).map((one) => `file there: ${one}`),
      ...ours.tree.filter((one) => !theirs.tree.includes(one)).map((one) => `file here:  ${one}`),
    );
  return found;
}
