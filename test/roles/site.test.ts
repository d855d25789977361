// What playbooks/site.yml and the shared defaults promise, read from their files.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { isDict, isList, textOf, type Dict, type Value } from '../../engine/document/value.ts';
import { parseYaml } from '../../engine/document/yaml.ts';
import { describe } from '../support/suite.ts';

const root = path.resolve(import.meta.dirname, '../..');

function read(file: string): Value {
  return parseYaml(readFileSync(path.join(root, file), 'utf8'), file).documents[0] ?? null;
}

function rolesOf(play: Dict): string[] {
  const roles = play.get('roles');
  if (roles === undefined || !isList(roles)) return [];
  return roles.map((role) => textOf(isDict(role) ? (role.get('role') ?? null) : role) ?? '');
}

function sharedDefaults(): Dict {
  const defaults = read('roles/cluster/defaults/main.yml');
  assert.ok(isDict(defaults));
  return defaults;
}

describe('playbooks/site.yml', ({ test }) => {
  test('runs its roles in the order in which they need each other (S0-49, S1-19)', () => {
    const plays = read('playbooks/site.yml');
    assert.ok(isList(plays));
    const order = plays.filter(isDict).flatMap(rolesOf);
    const wanted = ['pki', 'common', 'etcd', 'lb', 'controller', 'client', 'worker', 'networking', 'addons'];
    const last = wanted.map((role) => order.lastIndexOf(role));
    assert.ok(
      last.every((place) => place >= 0),
      order.join(' '),
    );
    assert.equal(
      last,
      [...last].sort((a, b) => a - b),
    );
    assert.ok(order.indexOf('preflight') < order.lastIndexOf('common'));
  });

  test('versions and address ranges stand in one place (S0-59, S1-17)', () => {
    const defaults = sharedDefaults();
    const values = ['k8s_version', 'service_cidr', 'pod_cidr'].map(
      (name) => textOf(defaults.get(name) ?? null) ?? '',
    );
    assert.equal(values.slice(1), ['10.32.0.0/24', '10.200.0.0/16']);
    assert.match(values[0] ?? '', /^\d+\.\d+\.\d+$/);
    for (const folder of ['roles', 'playbooks', 'templates'])
      for (const file of readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })) {
        const name = path.posix.join(folder, file);
        if (!/\.(yml|j2)$/.test(name) || name === 'roles/cluster/defaults/main.yml') continue;
        // Its VPC has the range that the pods of others have, as the guide's had (S0-01), and its pods another.
        if (name === 'playbooks/aws/scaling.yml') continue;
        const text = readFileSync(path.join(root, name), 'utf8');
        assert.equal(
          values.filter((value) => text.includes(value)),
          [],
          name,
        );
      }
  });

  test('the addresses of API and DNS follow from the service range (S0-23, S1-50)', () => {
    const defaults = sharedDefaults();
    for (const name of ['kubernetes_service_ip', 'cluster_dns_ip'])
      assert.match(textOf(defaults.get(name) ?? null) ?? '', /\{\{ service_cidr \|/);
  });
});
