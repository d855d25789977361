// How curl and wget of a host are told to fetch, without a word in an argv that others may not read.
import { sh, type ShellText } from '../quote.ts';

/** How a server is spoken to. */
export interface Transfer {
  readonly headers: { readonly [name: string]: string };
  /** Seconds to wait for a connection and for each pause of the answer. */
  readonly timeout: number;
  readonly validateCerts: boolean;
  /** False: past the proxy that the environment names. */
  readonly useProxy?: boolean | undefined;
}

/** A line of curl's configuration file, so that no header or password stands in an argv. */
export function curlOption(name: string, value: string): string {
  const escaped = value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `${name} = "${escaped}"\n`;
}

/** For `-K -`. */
export function curlConfig({ headers }: Transfer): Uint8Array {
  return Buffer.from(
    Object.entries(headers)
      .map(([name, value]) => curlOption('header', `${name}: ${value}`))
      .join(''),
  );
}

export function curlWords({ timeout, validateCerts }: Transfer): readonly string[] {
  const seconds = String(timeout);
  return [
    ...['-fsSL', '--connect-timeout', seconds, '--speed-limit', '1', '--speed-time', seconds],
    ...(validateCerts ? [] : ['-k']),
  ];
}

export function wgetWords({ timeout, validateCerts }: Transfer): readonly string[] {
  return ['-q', '-T', String(timeout), ...(validateCerts ? [] : ['--no-check-certificate'])];
}

/**
 * What a host fetches by, of what it has. wget takes headers and passwords as arguments, which everybody on the host may
 * read: with any, `isPrivate`, it does not serve.
 */
export function fetcherOf(
  capabilities: ReadonlySet<string>,
  isPrivate: boolean,
): 'curl' | 'wget' | undefined {
  if (capabilities.has('curl')) return 'curl';
  return capabilities.has('wget') && !isPrivate ? 'wget' : undefined;
}

export function pastProxy({ useProxy }: Transfer): ShellText | undefined {
  return useProxy === false
    ? sh`unset http_proxy https_proxy all_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY`
    : undefined;
}
