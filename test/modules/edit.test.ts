import { seenContent, seenDirectory, seenFile } from '../../engine/module/seen_files.ts';
import { checkModule, type PlanCase } from '../../engine/module/testing.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { writeFile } from '../../engine/module/vocabulary/write_file.ts';
import { textContent } from '../../engine/module/content.ts';
import { blockinfile } from '../../modules/blockinfile.ts';
import { lineinfile } from '../../modules/lineinfile.ts';
import { replace } from '../../modules/replace.ts';
import { describe } from '../support/suite.ts';

/** A case in which the file has one text and shall have another. */
function edits(
  name: string,
  params: object,
  before: string,
  after: string,
  more: Partial<PlanCase> = {},
): PlanCase {
  const step = writeFile({
    path: '/etc/x',
    content: textContent(after),
    owner: undefined,
    group: undefined,
    mode: undefined,
    validate: undefined,
    backup: false,
    creator: 'root',
    inPlace: false,
  });
  return {
    name,
    params: { path: '/etc/x', ...params },
    seen: { at: seenFile({ text: before }), old: seenContent(before) },
    steps: before === after ? [] : [step],
    ...more,
  };
}

const missing = { at: absent, old: { found: 'nothing' } };

describe('modules that edit files', ({ test }) => {
  checkModule(
    lineinfile,
    [
      edits('lineinfile adds a line at the end, after a line end', { line: 'c' }, 'a\nb', 'a\nb\nc\n', {
        result: { msg: 'line added' },
      }),
      edits('lineinfile keeps bytes that are no UTF-8', { line: 'end' }, 'caf\udce9\n', 'caf\udce9\nend\n', {
        result: { backup: '' },
      }),
      edits(
        'lineinfile with a pattern that matches nothing leaves the line that is there',
        { line: 'b', regexp: '^zzz' },
        'a\nb\nc\n',
        'a\nb\nc\n',
      ),
      {
        name: 'lineinfile refuses a group that the pattern does not have',
        params: { path: '/etc/x', line: '\\2', regexp: '^(a)', backrefs: true },
        seen: { at: seenFile({ text: 'a\n' }), old: seenContent('a\n') },
        fail: 'invalid group reference 2',
      },
      edits('lineinfile leaves a line that is there', { line: 'b' }, 'a\nb\nc\n', 'a\nb\nc\n', {
        result: { msg: '' },
      }),
      edits(
        'lineinfile replaces the last line that matches',
        { regexp: '^a=', line: 'a=3' },
        'a=1\na=2\nb\n',
        'a=1\na=3\nb\n',
        { result: { msg: 'line replaced' } },
      ),
      edits(
        'lineinfile replaces the first one when asked to',
        { regexp: '^a=', line: 'a=3', firstmatch: true },
        'a=1\na=2\n',
        'a=3\na=2\n',
      ),
      edits(
        'lineinfile fills groups in',
        { regexp: '^(a)=(?P<v>.*)$', line: '\\1 = \\g<v>!', backrefs: true },
        'a=1\n',
        'a = 1!\n',
        { repeats: 'the new line matches no more and stays' },
      ),
      edits(
        'lineinfile with groups does nothing without a match',
        { regexp: '^x', line: '\\1', backrefs: true },
        'a\n',
        'a\n',
      ),
      edits(
        'lineinfile inserts behind the last match',
        { line: 'n', insertafter: '^a' },
        'a1\na2\nb\n',
        'a1\na2\nn\nb\n',
      ),
      edits('lineinfile inserts before a match', { line: 'n', insertbefore: '^b' }, 'a\nb\n', 'a\nn\nb\n'),
      edits('lineinfile inserts at the beginning', { line: 'n', insertbefore: 'BOF' }, 'a\n', 'n\na\n'),
      edits(
        'lineinfile removes every line that matches',
        { regexp: '^a', state: 'absent' },
        'a\nb\na2\n',
        'b\n',
        { result: { msg: '2 line(s) removed' } },
      ),
      edits(
        'lineinfile looks for plain text',
        { search_string: 'a.c', line: 'new' },
        'abc\na.c\n',
        'abc\nnew\n',
        { repeats: 'the new line does not hold the text any more' },
      ),
      {
        name: 'lineinfile makes a missing file when asked to',
        params: { path: '/etc/x', line: 'a', create: true, mode: '0600' },
        seen: { ...missing, folder: seenDirectory() },
        steps: ['write /etc/x (0600, 2 bytes)'],
        result: { msg: 'line added and ownership, perms or SE linux context changed' },
      },
      {
        name: 'lineinfile needs the file otherwise',
        params: { path: '/etc/x', line: 'a' },
        seen: missing,
        fail: 'Destination /etc/x does not exist !',
      },
      {
        name: 'lineinfile has nothing to remove from a missing file',
        params: { path: '/etc/x', line: 'a', state: 'absent' },
        seen: missing,
      },
      {
        name: 'lineinfile mends the mode alone',
        params: { path: '/etc/x', line: 'a', mode: '0600' },
        seen: { at: seenFile({ text: 'a\n' }), old: seenContent('a\n') },
        steps: ['give /etc/x 0600'],
        result: { msg: 'ownership, perms or SE linux context changed' },
      },
      {
        name: 'lineinfile names a broken pattern',
        params: { path: '/etc/x', line: 'a', regexp: '(' },
        seen: { at: seenFile({ text: 'a\n' }), old: seenContent('a\n') },
        fail: /the regular expression '\(' is not valid/,
      },
      {
        name: 'lineinfile needs a line to keep',
        params: { path: '/etc/x' },
        refused: ['lineinfile: state is "present", so line is needed'],
      },
    ],
    test,
  );
  const block = '# BEGIN ANSIBLE MANAGED BLOCK\nx\ny\n# END ANSIBLE MANAGED BLOCK\n';
  checkModule(
    blockinfile,
    [
      edits('blockinfile adds a block at the end', { block: 'x\ny\n' }, 'a', `a\n${block}`, {
        result: { msg: 'Block inserted' },
      }),
      edits(
        'blockinfile leaves a block that is there',
        { block: 'x\ny' },
        `a\n${block}b\n`,
        `a\n${block}b\n`,
      ),
      edits(
        'blockinfile replaces the block where it stands',
        { block: 'x\ny' },
        `a\n${block.replace('y', 'z')}b\n`,
        `a\n${block}b\n`,
        { result: { msg: 'Block inserted' } },
      ),
      edits('blockinfile removes a block', { state: 'absent' }, `a\n${block}b\n`, 'a\nb\n', {
        result: { msg: 'Block removed' },
      }),
      edits('blockinfile removes an empty block', { block: '' }, `a\n${block}`, 'a\n'),
      edits(
        'blockinfile inserts behind a match with a marker of its own',
        { block: 'q', insertafter: '^a', marker: '; {mark}', marker_begin: 'v', marker_end: '^' },
        'a\nb\n',
        'a\n; v\nq\n; ^\nb\n',
      ),
      {
        name: 'blockinfile has nothing to remove from a missing file',
        params: { path: '/etc/x', state: 'absent', create: true },
        seen: missing,
        result: { msg: 'File /etc/x not present' },
      },
      {
        name: 'blockinfile wants a file that it may not make, even to remove',
        params: { path: '/etc/x', state: 'absent' },
        seen: missing,
        fail: 'Path /etc/x does not exist !',
      },
      edits(
        'blockinfile takes BOF behind insertafter for a pattern',
        { block: 'x\ny', insertafter: 'BOF' },
        'a\n',
        `a\n${block}`,
      ),
    ],
    test,
  );
  checkModule(
    replace,
    [
      edits(
        'replace replaces every match and fills groups in',
        { regexp: '^(\\w+)=old$', replace: '\\1=new' },
        'a=old\nb=old\nc=older\n',
        'a=new\nb=new\nc=older\n',
        { result: { msg: '2 replacements made' } },
      ),
      edits(
        'replace works between two patterns',
        { regexp: 'x', replace: 'y', after: 'START', before: 'END' },
        'x START x END x',
        'x START y END x',
      ),
      edits(
        'replace counts a carriage return as a character',
        { regexp: 'ine3.', replace: 'x' },
        'line3\r\n',
        'lx\n',
      ),
      edits(
        'replace ends lines at line feeds alone',
        { regexp: 'line(\\d)$', replace: 'x' },
        'line3\r\n',
        'line3\r\n',
      ),
      edits('replace leaves a text without matches', { regexp: 'q' }, 'a\n', 'a\n'),
      edits(
        'replace does nothing when the section is missing',
        { regexp: 'a', after: 'nowhere' },
        'a\n',
        'a\n',
      ),
    ],
    test,
  );
});
