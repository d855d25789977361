// Connection variables that a task may read although nobody set them: ansible_host is the host's name, ansible_user the
// user who is asked for. As in ansible-core they belong to the running task; hostvars does not have them.
import { outsideText } from '../document/outside.ts';
import type { Value } from '../document/value.ts';
import type { Host } from '../inventory/model.ts';
import { localNames } from '../inventory/pattern.ts';
import { effectiveKeyword } from '../playbook/inherit.ts';
import type { Node, Play } from '../playbook/model.ts';
import type { Scope } from '../template/api.ts';
import type { RunOptions } from './options.ts';

export class ConnectionNames implements Scope {
  readonly #inner: Scope;
  readonly #host: Host;
  readonly #node: Node | Play;
  readonly #options: RunOptions;

  constructor(inner: Scope, host: Host, node: Node | Play, options: RunOptions) {
    this.#inner = inner;
    this.#host = host;
    this.#node = node;
    this.#options = options;
  }

  get(name: string): Value | undefined {
    const value = this.#inner.get(name);
    // null is a value that somebody set.
    return value === undefined ? this.#default(name) : value;
  }

  names(): Iterable<string> {
    return this.#inner.names();
  }

  #default(name: string): Value | undefined {
    switch (name) {
      case 'ansible_host':
        return this.#inner.get('ansible_ssh_host') ?? outsideText(this.#host.name);
      case 'ansible_ssh_host':
        return this.#inner.get('ansible_host') ?? outsideText(this.#host.name);
      case 'ansible_user':
        return this.#inner.get('ansible_ssh_user') ?? this.#user();
      case 'ansible_ssh_user':
        return this.#inner.get('ansible_user') ?? this.#user();
      case 'ansible_connection':
        if (this.#host.implicit && localNames.has(this.#host.name)) return 'local';
        return this.#keyword('connection') ?? this.#options.connection ?? 'ssh';
      default:
        return undefined;
    }
  }

  #user(): Value | undefined {
    return this.#keyword('remote_user') ?? this.#keyword('user') ?? this.#options.remoteUser;
  }

  #keyword(name: string): Value | undefined {
    return effectiveKeyword(this.#node, name)?.value;
  }
}
