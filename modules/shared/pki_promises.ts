// Check mode: what stands in a picture for keys, certificates and secrets that the run makes. They are random, so each is
// like no other; but what was asked for is known, and a later task may wish just that.
import type { CertificateRequest } from './x509.ts';

export interface PromisedCertificate {
  readonly request: CertificateRequest;
  /** Whether its key is one that the run makes, too. */
  readonly isOfPromisedKey: boolean;
}

export interface Promised {
  /** The key's kind, in words. */
  readonly key?: string;
  readonly certificate?: PromisedCertificate;
  /** The length of a secret. */
  readonly bytes?: number;
}

const words = ' will be made by the run\n';

export function promisedText(path: string, what: Promised): string {
  return `${path}${words}${JSON.stringify(what)}\n`;
}

/** What a text promises; undefined when it is a real one. */
export function readPromise(text: string): Promised | undefined {
  const at = text.indexOf(words);
  if (at < 0) return undefined;
  try {
    return JSON.parse(text.slice(at + words.length)) as Promised;
  } catch {
    // Somebody's own file with these words.
    return undefined;
  }
}
