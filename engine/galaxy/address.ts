// Addresses of repositories and archives: which are taken, and what may be shown of them.

const userPart = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/]*)@/gi;
const queryValue = /([?&][\w.-]+=)([^&\s#'"]+)/g;

function hidden(text: string, stars: (secret: string) => string): string {
  return text
    .replace(userPart, (whole, scheme: string, user: string) =>
      /^(?:git\+)?ssh:/i.test(scheme) && !user.includes(':') ? whole : `${scheme}${stars(user)}@`,
    )
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, (address) =>
      address.replace(queryValue, (_whole, key: string, value: string) => `${key}${stars(value)}`),
    );
}

/** What moves the cursor or the colours of a terminal, in names and messages of others. */
// eslint-disable-next-line no-control-regex
const controls = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g;

/** Text of others as it may be shown: passwords, tokens and what a query tells give way to stars. */
export function withoutSecrets(text: string): string {
  return hidden(text, () => '***').replace(controls, '\ufffd');
}

/** The same with every column where it was, for the lines that a problem shows. */
export function linesWithoutSecrets(text: string): string {
  return hidden(text, (secret) => '*'.repeat(secret.length));
}

const gitSchemes = ['file', 'git', 'http', 'https', 'ssh'];

/** Why git is not asked for this address; undefined when it is. */
export function unfitForGit(address: string): string | undefined {
  if (address === '' || address.startsWith('-')) return 'It is no address of a repository';
  if (/^[\w+.-]*::/.test(address)) return 'Transports that run programs (ext::, fd::) are not taken';
  const scheme = /^([\w+.-]*):\/\//.exec(address)?.[1];
  return scheme === undefined || gitSchemes.includes(scheme.toLowerCase())
    ? undefined
    : `Its scheme is ${scheme}; taken are ${gitSchemes.join(', ')}`;
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** An http address without its user and password, and these by themselves. */
export function splitCredentials(address: string): {
  readonly bare: string;
  readonly credentials?: Credentials;
} {
  if (!/^https?:\/\//i.test(address) || !URL.canParse(address)) return { bare: address };
  const url = new URL(address);
  if (url.username === '' && url.password === '') return { bare: address };
  const credentials = { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  url.username = '';
  url.password = '';
  return { bare: url.href, credentials };
}
