// Cases as data: parameters, what the host answers, and what is then done. No host is needed.
import { test } from 'node:test';
import { checkModule, seenContent } from 'hardway/testing';
import { motd } from './motd.ts';
// @ts-expect-error: JavaScript without types
import { release } from './release.js';

const addTest = (name: string, body: () => void): void => void test(name, body);

checkModule(
  motd,
  [
    {
      name: 'writes the message where there is none',
      params: { text: 'Hello' },
      seen: { file: { found: 'nothing' } },
      steps: ['write /etc/motd (0644, 6 bytes)'],
      result: { path: '/etc/motd', size: '6 bytes' },
    },
    {
      name: 'leaves a message that is right',
      params: { message: 'Hello\n', contact: 'me' },
      seen: { file: seenContent('Hello\nContact: me\n') },
    },
    {
      name: 'writes over another message',
      params: { text: 'Hello' },
      seen: { file: seenContent('Goodbye\n') },
      steps: ['write /etc/motd (0644, 6 bytes)'],
    },
    {
      name: 'refuses a folder',
      params: { text: 'Hello', path: '/etc' },
      seen: { file: { found: 'not-a-file' } },
      fail: '/etc is no file',
    },
    {
      name: 'needs a text',
      params: {},
      refused: ['motd needs the parameter text'],
    },
  ],
  addTest,
);

checkModule(
  release as Parameters<typeof checkModule>[0],
  [
    {
      name: 'switches to another release',
      params: { path: '/srv/site', version: '2' },
      seen: { current: '1' },
      steps: ['switch /srv/site to release 2'],
      result: { before: '1' },
    },
    {
      name: 'makes the link where there is none',
      params: { path: '/srv/site', version: '1' },
      seen: { current: '' },
      steps: ['switch /srv/site to release 1'],
    },
    {
      name: 'leaves the release that is current',
      params: { path: '/srv/site', version: '2' },
      seen: { current: '2' },
    },
  ],
  addTest,
);
