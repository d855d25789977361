// Words of an ssh command line, as ansible_ssh_common_args holds them.
import { optionValue, SshConfigProblem, splitOption, type SshOptions } from './ssh_config.ts';

/** Flags that change nothing for us, or that only mean something to a terminal. */
const ignored = /^-[46AaCfgKkMNnqsTtVvXxYy]+$/;
/** Flags with a word after them that change nothing for us: log file, control socket, ciphers ... */
const ignoredWithWord = new Set(['-B', '-b', '-c', '-E', '-e', '-m', '-O', '-S', '-I', '-P', '-Q', '-w']);
const asOption: Readonly<Record<string, string>> = {
  '-i': 'IdentityFile',
  '-J': 'ProxyJump',
  '-l': 'User',
  '-p': 'Port',
};

export interface SshArguments {
  /** That of -F: read in place of the usual files. */
  readonly configFile?: string;
}

/** Adds the options of the words; throws `SshConfigProblem` for what would be lost otherwise. */
export function readSshArguments(words: readonly string[], options: SshOptions): SshArguments {
  let configFile: string | undefined;
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (ignored.test(word)) continue;
    const flag = word.slice(0, 2);
    const takesWord = ignoredWithWord.has(flag) || flag === '-o' || flag === '-F' || flag in asOption;
    if (!takesWord) throw new SshConfigProblem(`ssh argument ${word} is not understood by this connection`);
    let value = word.slice(2);
    if (value === '') {
      at += 1;
      value = words[at] ?? '';
    }
    const name = asOption[flag];
    if (flag === '-F') configFile = value;
    else if (flag === '-o') offerOption(value, options);
    else if (name !== undefined) options.offer(name, value);
  }
  return configFile === undefined ? {} : { configFile };
}

function offerOption(text: string, options: SshOptions): void {
  const option = splitOption(text);
  if (option === undefined) throw new SshConfigProblem(`ssh argument -o ${text} has no option's name`);
  options.offer(option.name, optionValue(option.name, option.rest));
}
