// Templates with mistakes where a run may pass them by: ansible-core 2.18 reads them in their turn, so they are warnings;
// where it surely fails they are errors. Each line was held against it.
import * as assert from 'node:assert/strict';
import { tagSelection } from '../../../engine/playbook/tags.ts';
import { describe } from '../../support/suite.ts';
import { loadFiles, loadTasks, told } from './support/told.ts';

const severities = (problems: readonly { readonly severity: string }[]): string[] =>
  problems.map(({ severity }) => severity);

/** A task with one mistake in it. */
function expectTask(severity: string, tasks: readonly string[]): void {
  for (const task of tasks)
    assert.deepEqual(severities(loadTasks(`- debug: {msg: 1}\n  ${task}`).problems), [severity], task);
}

describe('a mistake in a template', ({ test }) => {
  test('is an error where every run comes to it', () => {
    expectTask('error', [
      'when: x = = 1',
      'when: "x = = 1"\n  loop: [1]',
      'failed_when: x = = 1',
      'changed_when: [x is nonsense, true]',
      'until: [true, x = = 1]',
      'when: false and (x | nonsense)',
      'environment: {a: "{{ x = = 1 }}"}',
      'become: "{{ x = = 1 }}"',
      'when: x = = 1\n  vars: {a: "{{ x }}"}',
    ]);
    assert.deepEqual(severities(loadTasks('- assert: {that: [a, b ==]}').problems), ['error']);
    assert.deepEqual(severities(loadTasks('- debug: {msg: "{{ (x | nonsense) if a else 2 }}"}').problems), [
      'error',
    ]);
  });

  test('is a warning where a condition may be false', () => {
    expectTask('warning', [
      'when: [false, x = = 1]',
      'changed_when: [false, x = = 1]',
      'failed_when: [false, x = = 1]',
      'when: false\n  failed_when: x = = 1',
      'when: false\n  until: x = = 1',
      'when: false\n  name: "{{ x | nonsense }}"',
      'when: false\n  become: "{{ x = = 1 }}"',
      'when: false\n  environment: {a: "{{ x = = 1 }}"}',
    ]);
    for (const task of [
      '- debug: {msg: "{{ x = = 1 }}"}\n  when: false',
      '- block: [{debug: {msg: 1}, when: x = = 1}]\n  when: false',
      '- when: [false, x = = 1]\n  block: [{debug: {msg: 1}}]',
    ])
      assert.deepEqual(severities(loadTasks(task).problems), ['warning'], task);
  });

  test('is an error also under a condition in what is read before it', () => {
    expectTask('error', [
      'when: false\n  loop: "{{ x = = 1 }}"',
      'when: false\n  loop: [1]\n  loop_control: {label: "{{ x = = 1 }}"}',
      'when: false\n  delegate_to: "{{ x = = 1 }}"',
      'when: false\n  run_once: "{{ x = = 1 }}"',
      'when: false\n  throttle: "{{ x = = 1 }}"',
    ]);
  });

  test('is a warning where a loop may have no items', () => {
    expectTask('warning', [
      'loop: []\n  when: x = = 1',
      'loop: "{{ y }}"\n  failed_when: x = = 1',
      'with_items: ["{{ y }}"]\n  when: x = = 1',
      'loop: []\n  loop_control: {label: "{{ x = = 1 }}"}',
      'loop: []\n  delegate_to: "{{ x = = 1 }}"',
    ]);
  });

  test('is a warning where a failure is no end, and where nobody may ask for the task', () => {
    expectTask('warning', ['ignore_errors: true\n  when: x = = 1', 'tags: never\n  when: x = = 1']);
    for (const tasks of [
      '- block: [{debug: {msg: 1}, when: x = = 1}]\n  rescue: [{debug: {msg: 1}}]',
      '- block: [{debug: {msg: 1}}]\n  rescue: [{debug: {msg: "{{ x = = 1 }}"}}]',
      '- meta: end_play\n- debug: {msg: 1}\n  when: x = = 1',
      '- meta: end_host\n  when: y\n- debug: {msg: "{{ x | nonsense }}"}',
    ])
      assert.deepEqual(severities(loadTasks(tasks).problems), ['warning'], tasks);
  });

  test('is a warning in a handler, and in a variable that nobody may ask for', () => {
    const play = (more: string): string => `- hosts: all\n  tasks: [{debug: {msg: 1}, notify: h}]\n${more}`;
    const good = '  handlers: [{name: h, debug: {msg: 1}}]\n';
    for (const files of [
      { 'site.yml': play('  handlers: [{name: h, debug: {msg: 1}, when: x = = 1}]\n') },
      { 'site.yml': play('  handlers: [{block: [{name: h, debug: {msg: 1}}], when: x = = 1}]\n') },
      { 'site.yml': play(`${good}  vars: {a: "{{ x = = 1 }}"}\n`) },
      { 'site.yml': play(`${good}  vars_files: a.yml\n`), 'a.yml': 'a: "{{ x | nonsense }}"\n' },
      { 'site.yml': play(`${good}  roles: [r]\n`), 'roles/r/defaults/main.yml': 'a: "{{ x = = 1 }}"\n' },
    ])
      assert.deepEqual(severities(loadFiles(files).problems), ['warning'], JSON.stringify(files));
    expectTask('warning', ['vars: {a: "{{ x = = 1 }}"}']);
  });

  test('is a warning where the tags that are chosen leave the task out', () => {
    const tasks = [
      '- debug: {msg: "{{ x = = 1 }}"}\n  tags: [a]',
      '- debug: {msg: 1}\n  tags: [a]\n  loop: "{{ x = = 1 }}"',
      '- block: [{debug: {msg: 1}}]\n  when: x = = 1\n  tags: a',
      '- block: [{debug: {msg: 1}, tags: b, when: y}, {debug: {msg: 1}, tags: c}]\n  when: x = = 1',
      '- template: {src: nowhere.j2, dest: /x}\n  tags: [a]',
      '- include_tasks: nowhere.yml\n  tags: [a]',
    ];
    const severity = (task: string, only: readonly string[], skip: readonly string[] = []): string[] =>
      severities(loadTasks(task, { selection: tagSelection(only, skip) }).problems);
    for (const task of tasks) {
      assert.deepEqual(severity(task, ['other']), ['warning'], task);
      assert.deepEqual(severity(task, ['a', 'b']), ['error'], task);
      assert.deepEqual(severity(task, [], ['other']), ['error'], task);
    }
    assert.deepEqual(severity(tasks[0] ?? '', [], ['a']), ['warning']);
    assert.deepEqual(severity('- debug: {msg: "{{ x = = 1 }}"}\n  tags: [1]', ['1']), ['error']);
    assert.deepEqual(severity('- debug: {msg: "{{ x = = 1 }}"}\n  tags: "{{ t }}"', ['other']), ['error']);
  });

  test('is a warning in tasks that are included under a condition, and an error in others', () => {
    const files = (when: string): Record<string, string> => ({
      'site.yml': '- hosts: all\n  roles: [r]\n',
      'roles/r/tasks/main.yml': `- include_tasks: more.yml\n${when}`,
      'roles/r/tasks/more.yml': '- debug: {msg: 1}\n  when: x = = 1\n',
    });
    assert.deepEqual(told(loadFiles(files('  when: false\n'))), [
      'warning 2:11 template syntax error: unexpected =',
    ]);
    assert.deepEqual(told(loadFiles(files(''))), ['error 2:11 template syntax error: unexpected =']);
  });
});
