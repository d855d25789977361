// What site.yml refuses, and in which words, before anything changes; on paper.
import * as assert from 'uvu/assert';
import { threeControllers } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper, type PaperRequest } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';

const plain = (text: string | undefined): string => (text ?? '').replaceAll(/\s+/g, ' ');

describe('what site.yml refuses', ({ test }) => {
  const site = (request: Partial<PaperRequest>): Promise<Paper> =>
    siteOnPaper({ ...threeControllers, ...request });
  /** Modules that were asked for anything but a look. */
  const acted = (paper: Paper): string[] =>
    paper.tasks.map(({ module }) => module).filter((module) => !['slurp', 'stat', 'uri'].includes(module));

  test('the parts that need the API, when it does not answer; nothing is changed by them', async () => {
    for (const [tag, by] of [
      ['client', "the operator's access"],
      ['worker', 'a worker'],
      ['network', 'the pod network'],
    ] as const) {
      const paper = await site({ tags: [tag], isSilent: true, vars: { api_patience_seconds: 0 } });
      assert.match(
        plain(paper.failures.at(-1)),
        `https://203.0.113.10:6443 does not answer (Connection refused), and ${by} needs it. Run playbooks/site.yml whole, or with --tags pki,common,etcd,lb,control, first`,
      );
      assert.equal(
        acted(paper).filter((module) => !['file', 'get_url', 'kubeconfig'].includes(module)),
        [],
        tag,
      );
      paper.remove();
    }
  });

  test('a pod network for workers that are not registered', async () => {
    const paper = await site({ tags: ['network'], unregistered: ['worker-1'] });
    assert.match(
      plain(paper.failures[0]),
      'ip-10-240-0-21.lan is not registered with the API: run playbooks/site.yml --tags worker first.',
    );
    assert.equal(acted(paper), ['k8s_info']);
    paper.remove();
  });
});
