// What the smoke tests take away is theirs.
import * as assert from 'uvu/assert';
import { oneServer } from '../support/paper_layouts.ts';
import { siteOnPaper, type Paper } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';

const removals = (paper: Paper): number =>
  paper.of('localhost', 'kubectl_apply').filter(({ params }) => params['state'] === 'absent').length;

describe('roles/smoke', ({ test }) => {
  test('a namespace of somebody else is left alone, with all that is in it (S2-38)', async () => {
    const paper = await siteOnPaper({
      ...oneServer,
      playbook: 'smoke.yml',
      vars: { smoke_namespace: 'shop' },
      namespaces: { shop: { owner: 'us' } },
    });
    paper.remove();
    assert.is(paper.failures.length, 1);
    assert.match(paper.failures[0] ?? '', 'Namespace shop is there, and not made by these tests');
    assert.equal(paper.of('localhost', 'kubectl_apply'), []);
  });

  test('one that an earlier run of them left is removed, as is the one that this run makes (S2-38)', async () => {
    for (const smoke_namespace of ['left', 'new']) {
      const paper = await siteOnPaper({
        ...oneServer,
        playbook: 'smoke.yml',
        vars: { smoke_namespace },
        namespaces: { left: { 'hardway/smoke': 'true' } },
      });
      paper.remove();
      assert.is(removals(paper), 2);
      const [made] = paper
        .of('localhost', 'kubectl_apply')
        .filter(({ params }) => params['state'] === 'present')
        .flatMap(({ params }) => params['definition'] as { metadata: unknown }[]);
      assert.equal(made?.metadata, { name: smoke_namespace, labels: { 'hardway/smoke': 'true' } });
    }
  });
});
