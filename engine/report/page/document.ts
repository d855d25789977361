// The whole page. It holds all it needs: no address of elsewhere, and a policy that forbids the browser to follow one.
import { createHash } from 'node:crypto';
import { hostsTable } from './hosts_table.ts';
import { Markup } from './markup.ts';
import { roleTimes } from './roles.ts';
import { script } from './script.ts';
import { style } from './style.ts';
import { attentionSection, summary, titleOf } from './summary.ts';
import { taskList } from './task_list.ts';
import { timeline } from './timeline.ts';
import { topologySection } from './topology.ts';
import type { View } from './view.ts';

const scriptHash = createHash('sha256').update(script).digest('base64');
const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; base-uri 'none'; form-action 'none'`;

export function pageText(view: View): string {
  const { markup } = view;
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="generator" content="hardway" />
        <title>${titleOf(view)}: how the run went</title>
        <style>${new Markup(style)}</style>
      </head>
      <body>
        ${summary(view)}
        <main>
          ${attentionSection(view)}${hostsTable(view)}${topologySection(view)}${timeline(view)}${roleTimes(view)}${taskList(view)}
        </main>
        <footer>Written by hardway. Secrets are shown as stars.</footer>
        <script>${new Markup(script)}</script>
      </body>
    </html> `;
  return page.text;
}
