// Keeps a certificate authority, a certificate, or a secret as files: NAME.crt and NAME.key, or NAME.secret.
// A certificate is made again only for a stated reason (another subject, names, usages or issuer, or its end is near);
// a key is made once and kept, unless `new_key` says otherwise. Keys are made when the step runs and are readable by their owner alone.
import { isIP } from 'node:net';
import type { Plan, PlanContext, Step } from '../engine/module/contract.ts';
import { answers, defineModule, done } from '../engine/module/define.ts';
import { bool, int, list, oneOf, optional, path, str } from '../engine/module/kinds.ts';
import { changeOwnership } from '../engine/module/vocabulary/change_ownership.ts';
import { content, textIn, type FileContent } from '../engine/module/vocabulary/content.ts';
import { notKnown } from '../engine/module/vocabulary/open_number.ts';
import { missingOwnership } from '../engine/module/vocabulary/ownership.ts';
import { stat, type Stat } from '../engine/module/vocabulary/stat.ts';
import { keyWords, readKeyWords, type Curve, type KeyForm } from './shared/key_pairs.ts';
import { readPromise, type PromisedCertificate } from './shared/pki_promises.ts';
import { issue, issueKind, makeSecret } from './shared/pki_steps.ts';
import {
  isIssuedBy,
  keyMatches,
  newCertificate,
  readCertificate,
  reasonToReissue,
  type CertificateRequest,
  type Usage,
} from './shared/x509.ts';

interface Seen {
  readonly key: FileContent;
  readonly keyFile: Stat;
  readonly certificate?: FileContent;
  readonly certificateFile?: Stat;
  readonly issuer?: FileContent;
}

interface Wanted {
  readonly kind: 'ca' | 'cert' | 'keypair' | 'secret';
  readonly dir: string;
  readonly name: string;
  readonly ca: string | undefined;
  readonly cn: string | undefined;
  readonly o: string | undefined;
  readonly ou: string | undefined;
  readonly c: string | undefined;
  readonly st: string | undefined;
  readonly l: string | undefined;
  readonly dns: readonly string[];
  readonly ip: readonly string[];
  readonly usages: readonly Usage[];
  readonly key_type: 'RSA' | 'ECDSA';
  readonly key_size: number;
  readonly curve: Curve;
  readonly new_key: boolean;
  readonly days: number;
  readonly renew_before_days: number;
  readonly force: boolean;
  readonly bytes: number;
}

const keyPath = (params: Wanted): string =>
  `${params.dir}/${params.name}.${params.kind === 'secret' ? 'secret' : 'key'}`;
/** A key pair without a certificate has its public half in NAME.pub. */
const certificatePath = (params: Wanted): string =>
  `${params.dir}/${params.name}.${params.kind === 'keypair' ? 'pub' : 'crt'}`;
const issuerPath = (params: Wanted): string => `${params.dir}/${params.ca ?? params.name}.crt`;

function requestOf(params: Wanted): CertificateRequest {
  const { c, st, l, o, ou, cn = params.name } = params;
  return {
    subject: { c, st, l, o, ou, cn },
    dns: params.dns,
    ip: params.ip,
    usages: params.usages,
    isCa: params.kind === 'ca',
    days: params.days,
  };
}

function keyForm({ key_type: type, key_size: bits, curve }: Wanted): KeyForm {
  return type === 'RSA' ? { type, bits } : { type, curve };
}

/** Why there must be a new key; undefined when the one that is there stays. */
function reasonForKey(params: Wanted, seen: Seen): string | undefined {
  const key = textIn(seen.key);
  if (seen.key.found === 'nothing') return 'there is no key';
  if (params.kind === 'secret') return undefined;
  const is = readPromise(key)?.key ?? readKeyWords(key);
  if (is === undefined) return 'the key cannot be read';
  const wanted = keyWords(keyForm(params));
  return is === wanted ? undefined : `the key is ${is}, wanted ${wanted}`;
}

function reasonForCertificate(params: Wanted, seen: Seen): string | undefined {
  if (params.force) return 'force is set';
  if (seen.certificate?.found !== 'file') return 'there is none';
  const certificate = textIn(seen.certificate);
  if (params.kind === 'keypair') return undefined;
  const promise = readPromise(certificate)?.certificate;
  if (promise) return reasonForPromised(params, seen, promise);
  const state = readCertificate(certificate);
  if (!state) return 'it cannot be read';
  if (!keyMatches(certificate, textIn(seen.key))) return 'it does not belong to the key';
  if (seen.issuer && !isIssuedBy(certificate, textIn(seen.issuer))) return 'its issuer is another authority';
  return reasonToReissue(state, requestOf(params), params.renew_before_days, Date.now());
}

const isPromisedKey = ({ key }: Seen): boolean => readPromise(textIn(key))?.key !== undefined;

/** As of a certificate that has just been made. */
function reasonForPromised(
  params: Wanted,
  seen: Seen,
  { request, isOfPromisedKey }: PromisedCertificate,
): string | undefined {
  if (isOfPromisedKey !== isPromisedKey(seen)) return 'it does not belong to the key';
  return reasonToReissue(
    newCertificate(request, Date.now()),
    requestOf(params),
    params.renew_before_days,
    Date.now(),
  );
}

/** Whoever owns a key may read it, so it is the user's own. */
function ownershipSteps(params: Wanted, seen: Seen, owner: string): Step[] {
  const wrong = (file: Stat | undefined, path: string, mode: string): Step[] => {
    const missing = file?.exists ? missingOwnership(file, { owner, mode }) : undefined;
    return missing ? [changeOwnership({ path, ...missing })] : [];
  };
  return [
    ...wrong(seen.keyFile, keyPath(params), '0600'),
    ...wrong(seen.certificateFile, certificatePath(params), '0644'),
  ];
}

/** A new secret makes all unreadable that was encrypted with the old one: that is for people to decide. */
function planSecret(params: Wanted, seen: Seen, owned: Step[]): Plan {
  const { bytes } = params;
  const path = keyPath(params);
  if (seen.key.found === 'nothing') return { steps: [makeSecret({ path, bytes })] };
  const text = textIn(seen.key);
  const promise = readPromise(text);
  if (promise?.bytes === bytes) return { steps: owned };
  const isWhole = Buffer.from(text, 'base64').toString('base64') === text.trim();
  if (isWhole && Buffer.from(text, 'base64').length === bytes) return { steps: owned };
  return {
    steps: [],
    fail: `${path} does not hold ${bytes} bytes in base64: bring back a copy of it, or remove it and have a new one made`,
  };
}

function planFor(params: Wanted, seen: Seen, { user }: PlanContext): Plan {
  const forKey = reasonForKey(params, seen);
  const owned = ownershipSteps(params, seen, user);
  if (params.kind === 'secret') return planSecret(params, seen, owned);
  if (params.kind === 'cert' && params.ca === undefined) return { steps: [], fail: 'a certificate needs ca' };
  const wrong = params.ip.find((address) => isIP(address) === 0);
  if (wrong !== undefined) return { steps: [], fail: `${wrong} in ip is no address` };
  const reason = forKey ?? reasonForCertificate(params, seen);
  if (reason === undefined) return { steps: owned };
  return {
    steps: [
      ...owned,
      issue({
        request: requestOf(params),
        keyPath: keyPath(params),
        certificatePath: certificatePath(params),
        issuer:
          params.ca === undefined
            ? null
            : { certificate: issuerPath(params), key: `${params.dir}/${params.ca}.key` },
        publicKeyOnly: params.kind === 'keypair',
        newKey: forKey !== undefined || params.new_key ? keyForm(params) : null,
        reason,
        pictured: { keepsPromisedKey: isPromisedKey(seen) },
      }),
    ],
  };
}

const waiting = notKnown('a run that makes it');
const onlyThen = { serial: waiting, fingerprint: waiting, not_after: waiting };

export const pki = defineModule({
  name: 'pki',
  summary: 'Keep a certificate authority, certificates, key pairs and random secrets',
  reach: ({ dir }) => ({ files: [dir] }),
  params: {
    kind: oneOf('ca', 'cert', 'keypair', 'secret'),
    dir: path({ doc: 'Folder of the files' }),
    name: str({ doc: 'File name without its ending' }),
    ca: optional(
      str({ doc: 'Name of the authority in the same folder; an authority with one is an intermediate' }),
    ),
    cn: optional(str({ aliases: ['common_name'], doc: 'Common name; default: name' })),
    o: optional(str({ aliases: ['organization'] })),
    ou: optional(str({ aliases: ['organizational_unit'] })),
    c: optional(str({ aliases: ['country'] })),
    st: optional(str({ aliases: ['state_or_province'] })),
    l: optional(str({ aliases: ['locality'] })),
    dns: optional(list(str(), { doc: 'DNS names it is valid for' }), []),
    ip: optional(list(str(), { doc: 'Addresses it is valid for' }), []),
    usages: optional(list(oneOf('server_auth', 'client_auth'), { doc: 'Extended key usages' }), []),
    key_type: optional(oneOf('RSA', 'ECDSA'), 'RSA'),
    key_size: optional(int({ doc: 'RSA bits', minimum: 2048 }), 2048),
    curve: optional(oneOf('P-256', 'P-384', 'P-521', { doc: 'Of ECDSA' }), 'P-256'),
    new_key: optional(
      bool({ doc: 'A certificate that is made again gets a new key; else the key stays' }),
      false,
    ),
    days: optional(int({ doc: 'Days until a new certificate ends', minimum: 1 }), 365),
    renew_before_days: optional(int({ doc: 'Renewed when fewer days are left', minimum: 0 }), 30),
    force: optional(bool({ doc: 'Make the certificate again' }), false),
    bytes: optional(int({ doc: 'Length of a secret before base64', minimum: 16 }), 32),
  },
  returns: {
    path: str({ doc: 'The certificate, or the secret' }),
    key: str({ doc: 'The private key' }),
    reason: str({ doc: 'Why it was made again' }),
    serial: str(),
    fingerprint: str({ doc: 'SHA-256' }),
    not_after: str({ doc: 'ISO 8601' }),
  },
  seen: answers<Seen>(),
  probes: (params, seen) => {
    if (!seen.key)
      return {
        key: content(keyPath(params)),
        keyFile: stat({ path: keyPath(params) }),
        ...(params.kind === 'secret'
          ? {}
          : {
              certificate: content(certificatePath(params)),
              certificateFile: stat({ path: certificatePath(params) }),
            }),
      };
    // The authority matters only for a certificate that is there.
    if (params.ca !== undefined && seen.certificate?.found === 'file' && !seen.issuer)
      return { issuer: content(issuerPath(params)) };
    return done;
  },
  plan: planFor,
  result: (params, before, outcomes) => {
    const [made] = outcomes.of(issueKind);
    const pem = made ?? (before.certificate ? textIn(before.certificate) : '');
    const isCertificate = params.kind === 'ca' || params.kind === 'cert';
    const state = isCertificate ? readCertificate(pem) : undefined;
    const reason =
      reasonForKey(params, before) ??
      (params.kind === 'secret' ? undefined : reasonForCertificate(params, before));
    return {
      path: params.kind === 'secret' ? keyPath(params) : certificatePath(params),
      key: keyPath(params),
      ...(reason === undefined ? {} : { reason }),
      ...(readPromise(pem)?.certificate && isCertificate ? onlyThen : {}),
      ...(state ? { serial: state.serial, fingerprint: state.fingerprint, not_after: state.notAfter } : {}),
    };
  },
});
