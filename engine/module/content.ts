// CONTRACT. File content travels as a handle, never as a string in a step: the engine streams and compresses it.

export interface Content {
  /** Lower-case hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** True when the content must not be shown in a diff or log. */
  readonly secret?: boolean;
  open(): AsyncIterable<Uint8Array>;
}
