// The modules that hardway brings along. A user's own modules come after them and win.
import type { Module } from '../engine/module/define.ts';
import { assert } from './assert.ts';
import { command } from './command.ts';
import { copy } from './copy.ts';
import { debug } from './debug.ts';
import { fail } from './fail.ts';
import { file } from './file.ts';
import { group } from './group.ts';
import { ping } from './ping.ts';
import { raw } from './raw.ts';
import { script } from './script.ts';
import { set_fact } from './set_fact.ts';
import { shell } from './shell.ts';
import { stat } from './stat.ts';
import { systemd } from './systemd.ts';
import { template } from './template.ts';
import { user } from './user.ts';

export const modules: readonly Module[] = [
  assert,
  command,
  copy,
  debug,
  fail,
  file,
  group,
  ping,
  raw,
  script,
  set_fact,
  shell,
  stat,
  systemd,
  template,
  user,
];
