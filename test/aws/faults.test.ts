// What each module of AWS does when AWS cuts its replies into pages, refuses credentials or calls, or limits their rate.
// One task a module, in an account where all of it stands.
import * as assert from 'uvu/assert';
import { modules } from '../../modules/registry.ts';
import { pagedActions, pagesOfOne } from '../support/aws_pages.ts';
import { makeZone, neededBy, rows, type Row } from '../support/aws_rows.ts';
import { ec2Error, queryError, readsOnly, type Call, type Fault, type Reply } from '../support/aws_proxy.ts';
import { useAws, whyNoAws, type TestAws } from '../support/moto.ts';
import { play, type Played } from '../support/play_here.ts';
import { describe } from '../support/suite.ts';

const refusal = ({ service }: Call, code: string, message: string, status: number): Reply =>
  service === 'ec2' ? ec2Error(code, message, status) : queryError(code, message, status);

const denied: Fault = (call) =>
  refusal(call, call.service === 'ec2' ? 'UnauthorizedOperation' : 'AccessDenied', 'no', 403);

const notAllowed =
  /^AWS does not allow (\w+:\w+) in [\w-]+: no\. Add to the caller's IAM policy: \{ "Effect": "Allow", "Action": "\1", "Resource": "\*" \}$/;

describe(
  'modules of AWS and its faults',
  ({ test, setup, teardown }) => {
    let aws: TestAws;
    setup(async () => {
      aws = await useAws();
      await makeZone(aws);
    });
    teardown(() => aws.release());

    /** These rows, then one with its own words; `then` begins with the fault. All go on after a failure. */
    const run = (
      of: readonly Row[],
      then?: { readonly module: string; readonly words: string; readonly fault: Fault },
    ): Promise<Played> => {
      aws.proxy.forget();
      const task = (module: string, words: string, more: string): string =>
        `    - { ${module}: { ${[words, aws.parameters].filter((part) => part !== '').join(', ')} }, ${more} }\n`;
      const text = of.map(({ module, parameters, register = 'it' }) =>
        task(module, parameters, `name: ${module}, register: ${register}, ignore_errors: true`),
      );
      const last = then ? task(then.module, then.words, 'name: then, ignore_errors: true') : '';
      return play(`- hosts: one\n  gather_facts: false\n  tasks:\n${text.join('')}${last}`, {
        onEvent: (event) => {
          if (then && event.type === 'task-start' && event.task.name === 'then') aws.proxy.fault(then.fault);
        },
      });
    };
    /** What a row says when the fault is there, and what it depends on was seen before. */
    const saidUnder = async (row: Row, words: string, fault: Fault): Promise<string> => {
      const played = await run(neededBy(words), { module: row.module, words, fault });
      aws.proxy.heal();
      return said(played, 'then');
    };
    const states = ({ lines }: Played): Record<string, string> =>
      Object.fromEntries(lines.map((line) => line.split(' ').slice(1) as [string, string]));
    const all = (status: (row: Row) => string): Record<string, string> =>
      Object.fromEntries(rows.map((row) => [row.module, status(row)]));
    const said = ({ result }: Played, task: string): string => result('one', task).message ?? '';

    test('the table has every module that speaks to AWS', () => {
      const names = modules.filter(({ params }) => 'endpoint_url' in params).map(({ name }) => name);
      assert.equal(rows.map(({ module }) => module).sort(), [...names].sort());
    });

    test('limits of rate are waited for: every kind of call is refused twice, and all is made once', async () => {
      aws.proxy.fault((call, count) => {
        const [code, status] =
          call.service === 'ec2' ? (['RequestLimitExceeded', 503] as const) : (['Throttling', 400] as const);
        return count <= 2 ? refusal(call, code, 'Rate exceeded', status) : undefined;
      });
      const made = await run(rows);
      aws.proxy.heal();
      assert.equal(
        states(made),
        all(({ changed }) => (changed === undefined ? 'ok' : 'changed')),
        rows.map(({ module }) => said(made, module)).join('\n'),
      );
    });

    test('pages are followed to the end, through an empty one: nothing is made again', async () => {
      const paging = pagesOfOne();
      aws.proxy.fault(paging.fault);
      const again = await run(rows);
      aws.proxy.heal();
      assert.equal(
        states(again),
        all(() => 'ok'),
        rows.map(({ module }) => said(again, module)).join('\n'),
      );
      assert.equal(aws.proxy.writes, []);
      assert.equal([...paging.followed].sort(), Object.keys(pagedActions).sort());
    });

    for (const [code, status] of [
      ['ExpiredToken', 403],
      ['RequestExpired', 400],
    ] as const)
      test(`credentials that have expired (${code}) are told so by each module`, async () => {
        for (const row of rows)
          assert.match(
            await saidUnder(row, row.parameters, (call) => refusal(call, code, 'It is expired', status)),
            /^The AWS credentials have expired \(\w+:\w+ in [\w-]+\): sign in again, or renew the token$/,
            row.module,
          );
      });

    test('a look that is not allowed is told with its action and the line for the policy', async () => {
      for (const row of rows)
        assert.match(await saidUnder(row, row.parameters, denied), notAllowed, row.module);
    });

    test('a change that is not allowed, too', async () => {
      const deniedChange: Fault = (call, count) => (readsOnly(call) ? undefined : denied(call, count));
      for (const row of rows)
        if (row.changed !== undefined)
          assert.match(await saidUnder(row, row.changed, deniedChange), notAllowed, row.module);
    });
  },
  { unless: whyNoAws() },
);
