import type { Connected, FailureStage } from './contract.ts';

export interface Failed {
  readonly ok: false;
  readonly failure: {
    readonly stage: FailureStage;
    readonly message: string;
    readonly outcomeUnknown: boolean;
  };
}

export function failed(stage: FailureStage, message: string, outcomeUnknown = false): Failed {
  return { ok: false, failure: { stage, message, outcomeUnknown } };
}

export function connected<T>(value: T): Connected<T> {
  return { ok: true, value };
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Begins the message when a host refuses one more channel on a connection. */
export const noChannel = 'The host opened no channel';
