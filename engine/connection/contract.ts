// CONTRACT. A connection is whatever yields a byte stream to `sh` on a host; a shell is one agent on it.
import type { Output, Script } from '../module/contract.ts';

/** How to reach a host. Secrets are functions so that they are asked for late and stand in no log. */
export interface ConnectionSpec {
  readonly kind: 'ssh' | 'openssh' | 'local' | 'nspawn' | 'chroot' | 'docker' | 'podman';
  /** The inventory's name of the host, for messages. */
  readonly hostName: string;
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
  readonly password?: () => string | undefined;
  readonly privateKeyFile?: string;
  readonly passphrase?: () => string | undefined;
  readonly hostKeyChecking: 'strict' | 'accept-new' | 'off';
  readonly knownHostsFiles?: readonly string[];
  /** Words of ansible_ssh_common_args and its kin: -F, -o, -J, -i, -p are understood by `ssh`. */
  readonly sshArguments?: readonly string[];
  readonly configFile?: string;
  readonly connectTimeoutSeconds: number;
  readonly retries: number;
  readonly keepaliveSeconds?: number;
}

export interface BecomeSpec {
  readonly method: 'sudo' | 'su' | 'doas';
  readonly user: string;
  readonly password?: () => string | undefined;
  readonly flags?: string;
  readonly executable?: string;
}

export type FailureStage = 'resolve' | 'connect' | 'host-key' | 'authenticate' | 'become' | 'agent' | 'lost';

/** Why a host cannot be used now. `become`: it was reached, and did not let us become the other user. */
export interface ConnectionFailure {
  readonly stage: FailureStage;
  readonly message: string;
  /** True when a request was under way whose end is not known. */
  readonly outcomeUnknown: boolean;
  /** The password was wrong or missing: another try ends alike, and may lock the account. */
  readonly ofPassword?: boolean;
}

export type Connected<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: ConnectionFailure };

/** Found by the agent's first frame. */
export interface Capabilities {
  /** Tools and features: `sha256sum`, `stat-gnu`, `stat-busybox`, `setsid`, `systemd`, `busybox`, `python3` ... */
  readonly names: ReadonlySet<string>;
  readonly user: string;
  readonly uid: number;
  readonly home: string;
  /** `uname -s`, `uname -m`. */
  readonly system: string;
  readonly machine: string;
}

/** Counters, never reset. Bytes are those of the agent's protocol on the wire before encryption. */
export interface Traffic {
  readonly roundTrips: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

export interface RunScriptsOptions {
  readonly stopOnFailure?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly ahead?: AskedAhead | undefined;
}

/** A script that goes along in a round trip although nothing needs it yet. */
export interface ScriptAhead extends Script {
  /** Not run when the one before it failed or was not run. */
  readonly onlyAfter?: boolean;
}

/** What goes along in a round trip although nothing needs it yet. */
export interface AskedAhead {
  /** They are run after the needed ones, whatever became of those. */
  readonly scripts: readonly ScriptAhead[];
  /** Told before `run` resolves, by position: undefined is what was not answered. Never told of after a lost connection. */
  readonly take: (outputs: readonly (Output | undefined)[]) => void;
}

/** One agent: a POSIX sh running as one user on one host. Requests are done one after another in order. */
export interface Shell {
  readonly capabilities: Capabilities;
  readonly traffic: Traffic;
  /**
   * Sends all scripts in one round trip and gives their outputs in order. With `stopOnFailure`, scripts after the
   * first that exits with other than 0 are not run and their outputs are missing from the end of the list.
   * Aborting kills the running script's process group (TERM, then KILL). What goes wrong with scripts that are `ahead`
   * is no failure: the outputs are given as if they had not been sent.
   */
  run(scripts: readonly Script[], options?: RunScriptsOptions): Promise<Connected<readonly Output[]>>;
  /**
   * Starts scripts that outlive the connection, one after another until one exits with other than 0. Programs, inputs
   * and outputs are kept on the host in a directory of their own, until `erase`. The whole group of processes is
   * killed after `timeoutSeconds`.
   */
  start(
    scripts: readonly Script[],
    id: string,
    options?: { readonly timeoutSeconds?: number },
  ): Promise<Connected<{ readonly directory: string }>>;
  /** The state of what was begun by `start`, also in another run, or over another connection. */
  poll(id: string): Promise<Connected<JobState>>;
  /** Removes what the host keeps of a job; with `kill`, its processes as well. False when there was nothing. */
  erase(id: string, options?: { readonly kill?: boolean }): Promise<Connected<boolean>>;
}

export interface JobState {
  readonly known: boolean;
  readonly finished: boolean;
  /** Killed at its time limit. */
  readonly timedOut?: boolean;
  /** When finished: outputs of the scripts that were begun, in order. */
  readonly outputs?: readonly Output[];
}

export interface Connection {
  readonly spec: ConnectionSpec;
  /** The shell of the login user, or of a become user; opened once and shared. */
  shell(become?: BecomeSpec): Promise<Connected<Shell>>;
  readonly traffic: Traffic;
  /** Of ssh: type and fingerprint of the key that the host showed. */
  readonly hostKey?: string | undefined;
  /** Ends the shells of a become user, each when it is idle; they are opened again when they are used. */
  leave?(user: string): Promise<void>;
  close(): Promise<void>;
}

/** Opens and shares connections (also those of jump hosts). `engine/connection/connections.ts` makes the real one. */
export interface Connections {
  open(spec: ConnectionSpec): Promise<Connected<Connection>>;
  /** Also gives up what is being opened. */
  closeAll(): Promise<void>;
}
