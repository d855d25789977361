// The options of hardway galaxy, with those of ansible-galaxy that are not honoured and why.
import { verboseOption } from '../common_options.ts';
import type { Option } from '../option_table.ts';

export const noServer = 'no Galaxy server is asked: requirements name repositories, archives and folders';
export const noSignatures = 'no signatures are verified; the lock file holds the sums of what was once taken';

export const certificatesAreChecked =
  'certificates are checked; NODE_EXTRA_CA_CERTS and git’s http.sslCAInfo name more authorities';

export const galaxyOptions: readonly Option[] = [
  {
    name: 'requirements-file',
    short: 'r',
    takes: 'FILE',
    also: ['role-file'],
    doc: 'install: what requirements.yml asks for',
  },
  {
    name: 'roles-path',
    short: 'p',
    takes: 'FOLDER',
    also: ['collections-path'],
    doc: 'install there, list and remove there (default: roles_path, collections_path)',
  },
  { name: 'force', short: 'f', doc: 'install: anew, and in the place of what was changed' },
  { name: 'force-with-deps', doc: 'install: the same' },
  { name: 'no-deps', short: 'n', excludes: 'force-with-deps', doc: 'install: without dependencies' },
  { name: 'ignore-errors', short: 'i', doc: 'install: what fails is a warning, and the rest is installed' },
  {
    name: 'update',
    short: 'U',
    also: ['upgrade'],
    doc: 'install: what the sources have now; renews the lock',
  },
  { name: 'no-lock', doc: 'install: without reading or writing the lock' },
  { name: 'check', short: 'C', doc: 'install: fetch and say what would be installed, and change nothing' },
  { name: 'timeout', takes: 'SECONDS', isCount: true, doc: 'install: for a download (default 60)' },
  { name: 'format', takes: 'FORM', doc: 'collection list: human (default), yaml or json' },
  { name: 'offline', doc: 'taken and passed over: no Galaxy server is asked anyway' },
  { name: 'disable-gpg-verify', doc: 'taken and passed over: no signatures are verified anyway' },
  verboseOption,
  { name: 'server', short: 's', takes: 'URL', refused: noServer, doc: '' },
  { name: 'token', takes: 'TOKEN', also: ['api-key'], refused: noServer, doc: '' },
  { name: 'pre', refused: noServer, doc: '' },
  { name: 'no-cache', refused: noServer, doc: '' },
  { name: 'clear-response-cache', refused: noServer, doc: '' },
  {
    name: 'ignore-certs',
    short: 'c',
    refused: certificatesAreChecked,
    doc: '',
  },
  {
    name: 'keep-scm-meta',
    short: 'g',
    refused: 'what is installed is files: clone a repository to work in it',
    doc: '',
  },
  { name: 'keyring', takes: 'FILE', refused: noSignatures, doc: '' },
  { name: 'signature', takes: 'SOURCE', refused: noSignatures, doc: '' },
  { name: 'required-valid-signature-count', takes: 'NUMBER', refused: noSignatures, doc: '' },
  { name: 'ignore-signature-status-code', takes: 'CODE', refused: noSignatures, doc: '' },
  { name: 'ignore-signature-status-codes', takes: 'CODES', refused: noSignatures, doc: '' },
];

const installing = [
  ...[
    'requirements-file',
    'roles-path',
    'force',
    'force-with-deps',
    'no-deps',
    'ignore-errors',
    'update',
    'no-lock',
  ],
  ...['check', 'timeout', 'offline', 'disable-gpg-verify'],
];

/** The options that an act takes, besides those of every command. */
export const takenBy: Readonly<Record<string, readonly string[]>> = {
  install: installing,
  'role install': installing,
  'collection install': installing,
  'role list': ['roles-path'],
  'role remove': ['roles-path'],
  'collection list': ['roles-path', 'format'],
};

/** Acts of ansible-galaxy that are not built. */
export const notBuilt: Readonly<Record<string, string>> = {
  'role init': 'a role is a folder with tasks/main.yml and meta/main.yml',
  'role delete': noServer,
  'role search': noServer,
  'role import': noServer,
  'role setup': noServer,
  'role info': noServer,
  'collection download': 'keep the archives, and name them by type: file',
  'collection init': 'a collection is a folder with a galaxy.yml',
  'collection build': 'name the folder by type: dir',
  'collection publish': noServer,
  'collection verify': 'install verifies what it takes, and with a lock what is installed',
};
