import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as assert from 'uvu/assert';
import { success } from '../../../engine/document/diagnostic.ts';
import { Sources } from '../../../engine/document/source.ts';
import { textOf } from '../../../engine/document/value.ts';
import { encryptVault } from '../../../engine/document/vault.ts';
import { loadInventory } from '../../../engine/inventory/load.ts';
import { VariableFiles } from '../../../engine/inventory/variable_files.ts';
import { describe } from '../../support/suite.ts';

describe('inventory/load', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-load-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  async function problemsOf(name: string, text: string): Promise<string[]> {
    writeFileSync(path.join(folder, name), text);
    const { diagnostics } = await loadInventory([name], { folder });
    return diagnostics.map(
      ({ position, summary }) => `${position?.line ?? 0}:${position?.column ?? 0} ${summary}`,
    );
  }

  test('mistakes in an INI inventory are all told, each at its place', async () => {
    const text = [
      '[web:childs]',
      '[bad header]',
      '[web]',
      '  web1 a=1 b',
      'web[1-3]',
      'web2 x="open',
      'web3:',
      '---',
      '[prod:children]',
      'wbe',
      '[prod:vars]',
      'no equals',
      'ansible_group_priority=high',
      '[none:vars]',
      'a=1',
    ].join('\n');
    assert.equal(await problemsOf('hosts', text), [
      '1:1 Section kind childs is not known',
      '2:1 Section header cannot be read',
      '4:12 Host variable b has no =',
      '5:1 Host web[1-3] cannot be read: A range is [begin:end] or [begin:end:step]',
      '6:8 A quote is not closed',
      '7:1 Host web3: cannot be read: A host name ends with a colon but no port follows',
      '8:1 Host --- cannot be read: This is the start of a YAML file',
      '12:1 Line is no variable: no equals',
      '13:24 A group priority is a whole number',
      '10:1 Child group wbe does not exist',
      '14:1 Variables are given to group none, which does not exist',
    ]);
  });

  test('mistakes in a YAML inventory are told at the node that is wrong', async () => {
    const text = [
      'web:',
      '  host:',
      '    a:',
      '  hosts: [a, b]',
      '  vars: text',
      'db: [x]',
      '10: {}',
      'lb:',
      '  hosts:',
      '    1:',
      '    a[1:]: ',
      '    b: text',
      '  children:',
      '    lb:',
    ].join('\n');
    assert.equal(await problemsOf('hosts.yml', text), [
      '2:3 Group web has an unknown key host',
      '4:10 hosts of group web is no dict',
      '6:5 Group db is no dict',
      '7:1 Group name 10 is no text',
      '10:5 Host name 1 is no text',
      '11:5 Host a[1:] cannot be read: A range must say where it ends',
      '12:8 Variables of host b are no dict',
      '14:5 Group lb would be below itself',
    ]);
  });

  test('a source that is missing, unknown or fails is an error that names it', async () => {
    assert.equal(await problemsOf('x.toml', ''), ['1:1 Inventories in TOML are not read']);
    assert.equal(await problemsOf('x.yml', 'plugin: aws_ec3\n'), [
      '1:9 Inventory source aws_ec3 is not known',
    ]);
    assert.equal(await problemsOf('x.sh', '#!/bin/sh\nexit 3\n'), [
      '1:1 Inventory script failed with --list',
    ]);
    const { diagnostics } = await loadInventory(['nowhere'], { folder });
    assert.equal(
      diagnostics.map(({ code }) => code),
      ['file-not-found'],
    );
  });

  test('a dynamic source is asked with its configuration and adds hosts, groups and variables', async () => {
    writeFileSync(path.join(folder, 'aws.yml'), 'plugin: amazon.aws.aws_ec2\nregions: [here]\n');
    const group = { hosts: ['i-1'], children: [], vars: new Map([['a', 1]]) };
    const { hosts, groups, diagnostics } = await loadInventory(['aws.yml'], {
      folder,
      dynamic: new Map([
        [
          'aws_ec2',
          (config) =>
            Promise.resolve(
              success({
                groups: new Map([['tag_role_web', group]]),
                hostVars: new Map([['i-1', new Map([['regions', config.get('regions') ?? null]])]]),
              }),
            ),
        ],
      ]),
    });
    assert.equal(diagnostics, []);
    assert.equal(hosts.get('i-1')?.vars.get('regions'), ['here']);
    assert.equal(groups.get('tag_role_web')?.vars.get('a'), 1);
  });

  test('a folder merges a dynamic source with static groups above its own, empty ones allowed (S1-15)', async () => {
    mkdirSync(path.join(folder, 'cloud'));
    writeFileSync(path.join(folder, 'cloud', '1_aws.yml'), 'plugin: aws_ec2\n');
    writeFileSync(
      path.join(folder, 'cloud', '2_groups'),
      '[tag_worker]\n[tag_etcd]\n[worker:children]\ntag_worker\n[etcd:children]\ntag_etcd\n[cluster:children]\nworker\netcd\n',
    );
    const source = {
      groups: new Map([['tag_worker', { hosts: ['i-1'], children: [], vars: new Map() }]]),
      hostVars: new Map(),
    };
    const inventory = await loadInventory(['cloud'], {
      folder,
      dynamic: new Map([['aws_ec2', () => Promise.resolve(success(source))]]),
    });
    assert.equal(inventory.diagnostics, []);
    const names = ['worker', 'etcd', 'cluster'].map((name) => {
      const group = inventory.groups.get(name);
      return group && inventory.hostsOf(group).map((host) => host.name);
    });
    assert.equal(names, [['i-1'], [], ['i-1']]);
    assert.equal(inventory.unmatched('etcd'), [], 'an empty group is no mistake');
  });

  test('50,000 hosts load, and asking for groups and patterns shares its work', async () => {
    const lines = Array.from(
      { length: 25_000 },
      (_, index) => `one${index} ansible_host=10.0.0.${index % 250} rack=${index % 40}`,
    );
    writeFileSync(
      path.join(folder, 'many'),
      ['[web]', ...lines, '[db]', 'db[00001:25000]', '[prod:children]', 'web', 'db'].join('\n'),
    );
    const began = performance.now();
    const inventory = await loadInventory(['many'], { folder });
    const chains = new Set([...inventory.hosts.values()].map((host) => inventory.groupsOf(host)));
    const matched = inventory.match('prod:!one1*');
    console.log(`50,000 hosts: ${(performance.now() - began).toFixed(0)} ms`);
    assert.is(inventory.hosts.size, 50_000);
    assert.is(chains.size, 2);
    assert.is(matched.ok && matched.value.length, 50_000 - 11_111);
  });

  test('hosts and groups added in a run belong to all, and a host leaves ungrouped', async () => {
    const inventory = await loadInventory(['a,b'], { folder });
    inventory.addHost('c', new Map([['x', 1]]));
    inventory.addHostToGroup('c', 'fresh');
    const names = (pattern: string): string[] => {
      const found = inventory.match(pattern);
      return found.ok ? found.value.map((host) => host.name) : [];
    };
    assert.equal(names('all'), ['a', 'b', 'c']);
    assert.equal(names('ungrouped'), ['a', 'b']);
    assert.equal(names('fresh'), ['c']);
    assert.equal(inventory.unmatched('fresh:nothing:&no*:!a'), ['nothing', '&no*']);
    const local = inventory.findHost('localhost');
    inventory.addHostToGroup('localhost', 'fresh');
    inventory.addChildGroup('above', 'fresh');
    assert.equal(names('above'), ['c', 'localhost']);
    assert.equal(names('all'), ['a', 'b', 'c'], 'the made-up localhost is not one of all');
    assert.is(inventory.findHost('localhost'), local);
  });
});

describe('inventory/variable_files', ({ test, setup, teardown }) => {
  let folder = '';
  setup(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'hardway-vars-'));
  });
  teardown(() => rmSync(folder, { recursive: true, force: true }));

  test('an encrypted file is opened and all its values are secret', () => {
    mkdirSync(path.join(folder, 'group_vars'));
    const secret = { id: 'default', password: Buffer.from('p') };
    writeFileSync(
      path.join(folder, 'group_vars', 'all.yml'),
      encryptVault(Buffer.from('a: hidden\n'), secret),
    );
    const texts = new Sources();
    const files = new VariableFiles({ vault: [secret], texts });
    const value = files.find(folder, 'group_vars', 'all').get('a') ?? null;
    assert.is(textOf(value), 'hidden');
    assert.equal((value as { marks?: unknown }).marks, { secret: true });
    assert.is(texts.text(path.join(folder, 'group_vars', 'all.yml')), undefined, 'its text is not kept');
    const closed = new VariableFiles();
    assert.is(closed.find(folder, 'group_vars', 'all').size, 0);
    assert.equal(
      closed.diagnostics.map(({ code }) => code),
      ['vault'],
    );
  });

  test('checking a folder tells of every wrong file in it', () => {
    writeFileSync(path.join(folder, 'group_vars', 'bad.yml'), 'a: b: c\n');
    writeFileSync(path.join(folder, 'group_vars', 'list.yml'), '- a\n');
    const files = new VariableFiles({ vault: [{ id: 'default', password: Buffer.from('p') }] });
    files.checkFolder(folder);
    assert.equal(
      files.diagnostics.map(({ code, position }) => `${path.basename(position?.file ?? '')} ${code}`).sort(),
      ['bad.yml yaml-syntax', 'list.yml wrong-type'],
    );
  });
});
