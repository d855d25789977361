// What the control channel runs to stop a task on the host.
import type { Script } from '../module/contract.ts';
import { sh, ShellText } from '../module/quote.ts';

export const graceSeconds = 5;

/** Ends the process group `$g`: TERM, and KILL to what is left after the grace. */
export const endGroup = new ShellText(`
# No other form of naming a group is understood by dash, mksh and busybox alike.
kill -TERM -$g
i=0
while kill -0 -$g; do
  if [ $i -ge ${graceSeconds * 20} ]; then kill -KILL -$g; break; fi
  sleep 0.05 || { sleep 1; i=$((i + 19)); }
  i=$((i + 1))
done`);

/** TERM to the process group, KILL to what is left after the grace; with `all`, the agent skips the rest of its batch. */
export function stopScript(directory: string, group: number | undefined, all: boolean): Script {
  const skip = all ? sh`: >${`${directory}/stop`}` : sh``;
  const kill =
    group === undefined
      ? sh``
      : sh`
g=${group}
${endGroup}`;
  return {
    script: sh`exec 2>/dev/null
${skip}
${kill}
exit 0`.text,
  };
}
