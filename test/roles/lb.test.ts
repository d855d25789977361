// The balancer as role lb would write it, on paper: haproxy as it comes, and nginx.
import * as assert from 'uvu/assert';
import { standardPaper, twoControllers } from '../support/paper_layouts.ts';
import { type Paper, siteOnPaper } from '../support/site_on_paper.ts';
import { describe } from '../support/suite.ts';

/** Every file is there on paper, so the balancer that is not used was used before. */
function statesOf(paper: Paper): string[] {
  return paper.of('lb-0', 'systemd').map(({ words }) => words('name', 'state'));
}

describe('roles/lb', ({ test }) => {
  test('haproxy looks at each API server’s /readyz with the CA and is reloaded, never restarted (S1-09)', async () => {
    const paper = await standardPaper();
    const text = paper.file('lb-0', '/etc/haproxy/haproxy.cfg');
    assert.match(text, 'option httpchk GET /readyz');
    assert.match(text, /check-ssl verify required ca-file \/etc\/haproxy\/kubernetes-ca\.crt/);
    for (const last of ['10', '11', '12']) assert.match(text, `10.240.0.${last}:6443`);
    assert.equal(statesOf(paper), ['nginx stopped', 'haproxy reloaded', 'haproxy started']);
  });

  test('nginx streams two ports to both API servers from a folder of its own, checked and reloaded (S2-28)', async () => {
    const vars = { lb_kind: 'nginx', lb_ports: [6443, 443] };
    const paper = await siteOnPaper({ ...twoControllers, vars, tags: ['lb'] });
    assert.equal(paper.failures, []);
    const text = paper.file('lb-0', '/etc/nginx/tcpconf.d/kubernetes.conf');
    assert.match(
      text,
      /upstream kubernetes \{\s+server 172\.31\.0\.10:6443 .*\s+server 172\.31\.0\.11:6443 /,
    );
    assert.equal(
      [...text.matchAll(/listen (\d+);/g)].map(([, port]) => port),
      ['6443', '443'],
    );
    const [line] = paper.of('lb-0', 'lineinfile');
    assert.is(line?.params['line'], 'include /etc/nginx/tcpconf.d/*;');
    assert.match(line?.words('validate') ?? '', 'nginx -t');
    assert.equal(statesOf(paper), ['haproxy stopped', 'nginx reloaded', 'nginx started']);
    paper.remove();
  });

  test('a balancer that was never used is left alone', async () => {
    const missing = ['/etc/nginx/tcpconf.d/kubernetes.conf'];
    const paper = await siteOnPaper({ ...twoControllers, missing, tags: ['lb'] });
    assert.equal(statesOf(paper), ['haproxy reloaded', 'haproxy started']);
    paper.remove();
  });
});
