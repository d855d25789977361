// Steps that make keys, certificates and secrets. What they make is random, so it is made when they run, on the
// control machine, and written by the host's shell through stdin: nothing secret stands in an argv.
import { randomBytes } from 'node:crypto';
import { textContent } from '../../engine/module/content.ts';
import type { HostAccess, Step, StepFailure, StepKind } from '../../engine/module/contract.ts';
import { step } from '../../engine/module/probe_identity.ts';
import { sh } from '../../engine/module/quote.ts';
import { fileEffects } from '../../engine/module/vocabulary/file_effects.ts';
import { fileIsThere, folderOf } from '../../engine/module/vocabulary/folder_needs.ts';
import { openNumber } from '../../engine/module/vocabulary/open_number.ts';
import { newFile, writeFileKind } from '../../engine/module/vocabulary/write_file.ts';
import { keyWords, makeKeyPair, publicKeyOf, type KeyForm, type KeyPair } from './key_pairs.ts';
import { promisedText, type Promised } from './pki_promises.ts';
import type { CertificateRequest } from './x509.ts';
import { issueCertificate, type Issuer } from './x509_issue.ts';

export interface Issue {
  readonly request: CertificateRequest;
  readonly keyPath: string;
  readonly certificatePath: string;
  /** Paths of the authority's files; null signs itself. */
  readonly issuer: { readonly certificate: string; readonly key: string } | null;
  readonly publicKeyOnly: boolean;
  /** Null keeps the key that is there. */
  readonly newKey: KeyForm | null;
  readonly reason: string;
  /** For the picture: whether the key that is kept is one that the run makes. */
  readonly pictured: { readonly keepsPromisedKey: boolean };
}

async function read(host: HostAccess, path: string): Promise<string | StepFailure> {
  const output = await host.run({ script: sh`cat -- ${path}`.text });
  if (output.rc !== 0) return { failed: `Cannot read ${path}: ${output.stderr.toString('utf8').trim()}` };
  return output.stdout.toString('utf8');
}

async function write(
  host: HostAccess,
  path: string,
  text: string,
  mode: string,
): Promise<StepFailure | undefined> {
  const args = { path, content: textContent(text, { secret: mode === '0600' }), mode, creator: '' };
  const script = writeFileKind.perform?.(args);
  if (script === undefined) throw new Error('Writing a file has no script');
  const { rc, stderr } = await host.run(script);
  if (rc === 0) return undefined;
  return { failed: `Cannot write ${path}: ${stderr.toString('utf8').trim() || `exit code ${rc}`}` };
}

async function keyFor(args: Issue, host: HostAccess): Promise<KeyPair | StepFailure> {
  if (args.newKey !== null) {
    const made = await makeKeyPair(args.newKey);
    return (await write(host, args.keyPath, made.privateKey, '0600')) ?? made;
  }
  const privateKey = await read(host, args.keyPath);
  return typeof privateKey === 'string' ? { privateKey, publicKey: publicKeyOf(privateKey) } : privateKey;
}

async function issuerFor(args: Issue, host: HostAccess): Promise<Issuer | undefined | StepFailure> {
  if (!args.issuer) return undefined;
  const certificate = await read(host, args.issuer.certificate);
  if (typeof certificate !== 'string') return certificate;
  const privateKey = await read(host, args.issuer.key);
  return typeof privateKey === 'string' ? { certificate, privateKey } : privateKey;
}

async function act(args: Issue, host: HostAccess): Promise<string | StepFailure> {
  const issuer = await issuerFor(args, host);
  if (issuer && 'failed' in issuer) return issuer;
  const key = await keyFor(args, host);
  if ('failed' in key) return key;
  const pem = args.publicKeyOnly ? key.publicKey : issueCertificate(args.request, key, issuer);
  return (await write(host, args.certificatePath, pem, '0644')) ?? pem;
}

type Content = ReturnType<typeof textContent>;

/** Until the step has run, a later task sees content that equals no other. */
function promised(path: string, what: Promised): Content {
  return textContent(promisedText(path, what), { secret: true });
}

function promisedCertificate({ certificatePath, request, newKey, pictured }: Issue): Content {
  const isOfPromisedKey = newKey !== null || pictured.keepsPromisedKey;
  return promised(certificatePath, { certificate: { request, isOfPromisedKey } });
}

function promisedKey({ keyPath, newKey }: Issue): Content {
  return promised(keyPath, newKey === null ? {} : { key: keyWords(newKey) });
}

function madeFile<Args>(
  path: (args: Args) => string | undefined,
  contentOf: (args: Args) => Content,
  mode: string,
): StepKind<Args, string>['effects'] {
  return fileEffects<Args>({
    path: (args) => path(args) ?? '/dev/null',
    stat: (args, _before, question) => {
      const content = contentOf(args);
      const file = { ...newFile('root', { size: openNumber }), mode };
      return question.digest === 'sha256' ? { ...file, digest: content.sha256 } : file;
    },
    content: (args) => ({ found: 'file', content: contentOf(args) }),
  });
}

export const issueKind: StepKind<Issue, string> = {
  name: 'issue certificate',
  target: 'host',
  act: (args, _control, host) => act(args, host),
  needs: ({ issuer, certificatePath, keyPath }) => [
    ...(issuer ? [fileIsThere(issuer.certificate), fileIsThere(issuer.key)] : []),
    folderOf(certificatePath),
    folderOf(keyPath),
  ],
  placed: (args, lead) => ({
    ...args,
    certificatePath: lead(args.certificatePath, 'itself'),
    keyPath: lead(args.keyPath, 'itself'),
  }),
  makes: (args) => [promisedCertificate(args), promisedKey(args)],
  describe: ({ certificatePath, reason }) => `issue ${certificatePath}: ${reason}`,
  effects: [
    ...madeFile<Issue>(({ certificatePath }) => certificatePath, promisedCertificate, '0644'),
    ...madeFile<Issue>(({ keyPath, newKey }) => (newKey === null ? undefined : keyPath), promisedKey, '0600'),
  ],
};

/** Makes a certificate, and its key when `newKey` is set. Its outcome is the certificate's PEM. */
export function issue(args: Issue): Step<string> {
  return step(issueKind, args);
}

interface MakeSecret {
  readonly path: string;
  readonly bytes: number;
}

const secretKind: StepKind<MakeSecret, string> = {
  name: 'make secret',
  target: 'host',
  act: async ({ path, bytes }, _control, host) =>
    (await write(host, path, `${randomBytes(bytes).toString('base64')}\n`, '0600')) ?? '',
  needs: ({ path }) => [folderOf(path)],
  placed: (args, lead) => ({ ...args, path: lead(args.path, 'itself') }),
  makes: ({ path, bytes }) => [promised(path, { bytes })],
  describe: ({ path, bytes }) => `make ${path} (${bytes} random bytes)`,
  effects: madeFile<MakeSecret>(
    ({ path }) => path,
    ({ path, bytes }) => promised(path, { bytes }),
    '0600',
  ),
};

/** Writes random bytes as base64. */
export function makeSecret(args: MakeSecret): Step<string> {
  return step(secretKind, args);
}
