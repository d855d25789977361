// Modules that look or say, and change nothing on the host.
import { seenFile, seenLink } from '../../engine/module/seen_files.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { assert } from '../../modules/assert.ts';
import { debug } from '../../modules/debug.ts';
import { fail } from '../../modules/fail.ts';
import { ping } from '../../modules/ping.ts';
import { set_fact } from '../../modules/set_fact.ts';
import { stat } from '../../modules/stat.ts';
import { describe } from '../support/suite.ts';

const evaluate = {
  condition: (text: string) => (text === '???' ? { failed: 'syntax' } : { holds: text !== 'no' }),
  expression: (text: string) => ({ value: `value of ${text}` }),
};

describe('modules that change nothing', ({ test }) => {
  checkModule(
    stat,
    [
      {
        name: 'stat says that nothing is there',
        params: { path: '/x' },
        seen: { file: absent },
        result: { stat: { exists: false } },
      },
      {
        name: 'stat shows a link and where it leads',
        params: { path: '/x' },
        seen: {
          file: seenLink('y', {
            ...{ resolved: '/y', inode: 1, device: '2' },
            details: {
              ...{ blocks: 8, blockSize: 4096, deviceType: 0 },
              nanoseconds: { mtime: 250_000_000, atime: 0, ctime: 123_456_789 },
              attributes: { version: '77', flags: 'iPe' },
            },
          }),
        },
        result: {
          stat: {
            exists: true,
            path: '/x',
            mode: '0777',
            isdir: false,
            isreg: false,
            islnk: true,
            isfifo: false,
            issock: false,
            isblk: false,
            ischr: false,
            uid: 0,
            gid: 0,
            pw_name: 'root',
            gr_name: 'root',
            size: 0,
            inode: 1,
            dev: 2,
            nlink: 1,
            atime: 1_700_000_000,
            mtime: 1_700_000_000.25,
            ctime: 1_700_000_000 + 123_456_789 * 1e-9,
            readable: true,
            writeable: true,
            executable: true,
            isuid: false,
            isgid: false,
            rusr: true,
            wusr: true,
            xusr: true,
            rgrp: true,
            wgrp: true,
            xgrp: true,
            roth: true,
            woth: true,
            xoth: true,
            lnk_target: 'y',
            lnk_source: '/y',
            ...{ blocks: 8, block_size: 4096, device_type: 0 },
            ...{ mimetype: 'unknown', charset: 'unknown' },
            ...{ version: '77', attributes: ['immutable', 'extents'], attr_flags: 'iPe' },
          },
        },
      },
      {
        name: 'stat does not ask for a checksum when it is not wanted',
        params: { path: '/x', get_checksum: false, checksum: 'sha256' },
        seen: { file: seenFile() },
      },
    ],
    test,
  );
  checkModule(
    assert,
    [
      {
        name: 'assert passes when all holds',
        params: { that: ['a', true] },
        evaluate,
        result: { changed: false, msg: 'All assertions passed' },
      },
      {
        name: 'assert names what does not hold',
        params: { that: ['a', 'no'], fail_msg: 'sorry' },
        evaluate,
        result: { failed: true, assertion: 'no', evaluated_to: false, msg: 'sorry' },
      },
      {
        name: 'assert says msg where there is no fail_msg',
        params: { that: 'no', msg: 'sorry' },
        evaluate,
        result: { failed: true, msg: 'sorry' },
      },
      {
        name: 'assert says fail_msg and passes over msg where both are given',
        params: { that: 'no', msg: 3, fail_msg: 'sorry' },
        evaluate,
        result: { failed: true, msg: 'sorry' },
      },
      {
        name: 'assert says its own words where fail_msg is null, whatever msg is',
        params: { that: 'no', fail_msg: null, msg: 'sorry' },
        evaluate,
        result: { failed: true, msg: 'Assertion failed' },
      },
      {
        name: 'assert takes one condition without a list',
        params: { that: 'no' },
        evaluate,
        result: { failed: true, msg: 'Assertion failed' },
      },
      {
        name: 'assert has the answer itself as its assertion where no expression stands',
        params: { that: ['a', false], quiet: true, success_msg: 'fine' },
        evaluate,
        result: { failed: true, assertion: false, evaluated_to: false, msg: 'Assertion failed' },
      },
      {
        name: 'assert says its success by a message or a list of them',
        params: { that: 'a', success_msg: ['fine', 'so far'] },
        evaluate,
        result: { changed: false, msg: ['fine', 'so far'] },
      },
      {
        name: 'assert takes no message but texts, though it would not be shown',
        params: { that: 'no', success_msg: ['a', 3] },
        evaluate,
        fail: 'success_msg must be a text or a list of texts',
      },
      {
        name: 'assert refuses what cannot be evaluated',
        params: { that: ['???'] },
        evaluate,
        refused: ['assert: that[0] must be an expression that can be evaluated: syntax'],
      },
    ],
    test,
  );
  checkModule(
    debug,
    [
      { name: 'debug shows a message of any type', params: { msg: { a: [1] } }, result: { msg: { a: [1] } } },
      {
        name: 'debug shows a value under its expression',
        params: { var: 'x.y' },
        evaluate,
        result: { 'x.y': 'value of x.y' },
      },
      { name: 'debug says hello without anything', params: {}, result: { msg: 'Hello world!' } },
    ],
    test,
  );
  checkModule(
    fail,
    [{ name: 'fail fails with its message', params: { msg: 'no' }, result: { failed: true, msg: 'no' } }],
    test,
  );
  checkModule(
    set_fact,
    [
      {
        name: 'set_fact takes any variables',
        params: { a: 1, b: [null], cacheable: 'no' },
        result: { ansible_facts: { a: 1, b: [null] } },
      },
      {
        name: 'set_fact takes true, false, yes and no in any case for truth values, and other words as they are',
        params: { a: 'false', b: 'Yes', c: 'NO', d: 'on', e: 'true ', f: ['no'] },
        result: { ansible_facts: { a: false, b: true, c: false, d: 'on', e: 'true ', f: ['no'] } },
      },
      { name: 'set_fact refuses a wrong name', params: { 'a-b': 1 }, fail: 'a-b is no name for a variable' },
      { name: 'set_fact needs a variable', params: {}, fail: 'No variable is given' },
    ],
    test,
  );
  checkModule(
    ping,
    [{ name: 'ping says what the host said', params: {}, seen: { said: 'pong' }, result: { ping: 'pong' } }],
    test,
  );
});
