// Two lab hosts and a folder of the control machine on which one random play after another is checked and then done.
// Before each both hosts are brought back to where all plays begin, and given what the play's seed says.
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeConnections } from '../../../engine/connection/connections.ts';
import type { Connections, Shell } from '../../../engine/connection/contract.ts';
import type { TestHost, TestLab } from '../lab.ts';
import { play } from '../play_here.ts';
import type { Random } from '../random.ts';
import { tree } from './both_runs.ts';
import { firstLines, listAll, undoAll } from './host_kinds.ts';
import { controlRoot } from './host_plays.ts';
import { playText, type RandomPlay, taskFileTexts } from './play_text.ts';
import type { BothPlayed } from './told.ts';

/** What is there before a play: a script for each host. */
export type FirstThings = readonly string[];

export function randomFirstThings(random: Random): FirstThings {
  return ['one', 'two'].map(() => firstLines.filter(() => random.chance(0.35)).join('\n'));
}

export class LabLane {
  readonly #lab: TestLab;
  readonly #hosts: readonly TestHost[];
  readonly #folder: string;
  readonly #connections: Connections = makeConnections();
  #shells: readonly Shell[] = [];

  constructor(lab: TestLab, hosts: readonly TestHost[], folder: string) {
    this.#lab = lab;
    this.#hosts = hosts;
    this.#folder = folder;
  }

  /** Runs a script on each host; gives what they said. */
  async #onEach(script: (at: number) => string): Promise<string> {
    if (this.#shells.length === 0)
      this.#shells = await Promise.all(this.#hosts.map((host) => this.#open(host)));
    const said = await Promise.all(
      this.#shells.map(async (shell, at) => {
        const ran = await shell.run([{ script: script(at) }]);
        if (!ran.ok) throw new Error(ran.failure.message);
        return ran.value[0]?.stdout.toString() ?? '';
      }),
    );
    return said.join('\n');
  }

  async #open({ address }: TestHost): Promise<Shell> {
    const opened = await this.#connections.open({
      ...{ kind: 'ssh', hostName: address, address, user: 'root', configFile: 'none' },
      ...{ privateKeyFile: this.#lab.privateKeyFile, knownHostsFiles: [this.#lab.knownHostsFile] },
      ...{ hostKeyChecking: 'strict', connectTimeoutSeconds: 20, retries: 0 },
    });
    if (!opened.ok) throw new Error(opened.failure.message);
    const shell = await opened.value.shell();
    if (!shell.ok) throw new Error(shell.failure.message);
    return shell.value;
  }

  #inventory(): string {
    const common = {
      ansible_user: 'root',
      ansible_ssh_private_key_file: this.#lab.privateKeyFile,
      ansible_ssh_common_args: `-F ${this.#lab.sshConfigFile}`,
    };
    const hosts = Object.fromEntries(
      this.#hosts.map(({ address }, at) => [at === 0 ? 'one' : 'two', { ...common, ansible_host: address }]),
    );
    return JSON.stringify({ all: { hosts } });
  }

  async #list(): Promise<string> {
    return `${await this.#onEach(() => listAll)}\n${tree(this.#folder).join('\n')}`;
  }

  /** `written` tells a line that check mode left otherwise. */
  async bothRuns(
    random: RandomPlay,
    first: FirstThings,
  ): Promise<BothPlayed & { readonly written: string | undefined }> {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(path.join(this.#folder, 'd'), { recursive: true });
    await this.#onEach((at) => `${undoAll}{ ${first[at] ?? ''}\n:\n} >/dev/null 2>&1 </dev/null`);
    const text = playText(random).replaceAll(controlRoot, this.#folder);
    const files = Object.fromEntries(
      Object.entries(taskFileTexts(random)).map(([name, tasks]) => [
        name,
        tasks.replaceAll(controlRoot, this.#folder),
      ]),
    );
    const request = {
      inventory: this.#inventory(),
      files: { ...files, 'text.j2': 'host {{ inventory_hostname }}\none\n' },
    };
    const run = async (checkMode: boolean): Promise<BothPlayed['check']> => {
      const connections = makeConnections();
      try {
        // One host after the other, as they may touch each other.
        return await play(text, { ...request, connections, options: { checkMode, forks: 1 } });
      } finally {
        await connections.closeAll();
      }
    };
    const before = await this.#list();
    const check = await run(true);
    const after = await this.#list();
    const written = after.split('\n').find((line) => !before.includes(line));
    return { check, real: await run(false), written: before === after ? undefined : (written ?? 'less') };
  }

  async close(): Promise<void> {
    await this.#onEach(() => undoAll);
    await this.#connections.closeAll();
  }
}
