import { seenContent, seenFile } from '../../engine/module/seen_files.ts';
import { checkModule } from '../../engine/module/testing.ts';
import { absent } from '../../engine/module/vocabulary/stat.ts';
import { kubeconfig } from '../../modules/kubeconfig.ts';
import { writeKubeconfig } from '../../modules/shared/kubeconfig.ts';
import { describe } from '../support/suite.ts';

const nothing = { found: 'nothing' };
const params = {
  ...{ path: '/pki/admin.kubeconfig', server: 'https://10.0.0.5:6443', user: 'admin' },
  ...{ ca: '/pki/ca.crt', cert: '/pki/admin.crt', key: '/pki/admin.key' },
};
const parts = {
  ...{ cluster: 'kubernetes', context: 'default', server: params.server, user: params.user },
  ...{ ca: 'authority', cert: 'certificate', key: 'key' },
};
const pem = { ca: seenContent(parts.ca), cert: seenContent(parts.cert), key: seenContent(parts.key) };
const text = writeKubeconfig(parts);
const right = { file: seenFile({ text, mode: '0600' }), ...pem };
const told = { path: params.path, server: params.server };

describe('modules/kubeconfig', ({ test }) => {
  checkModule(
    kubeconfig,
    [
      {
        name: 'writes the certificates into a file that its owner alone may read',
        params,
        seen: { ...right, file: absent },
        steps: [`write ${params.path} (0600, ${text.length} bytes)`],
        result: told,
      },
      { name: 'leaves a file that is as wanted', params, seen: right, result: told },
      {
        name: 'writes it again for another address, name or certificate',
        params: { ...params, context: 'admin@kubernetes' },
        seen: right,
        steps: [`write ${params.path} (0600, ${text.length + 18} bytes)`],
      },
      {
        name: 'takes the rights back from others',
        params,
        seen: { ...right, file: seenFile({ text, mode: '0644' }) },
        steps: [`give ${params.path} 0600`],
      },
      {
        name: 'names the certificate that is not there',
        params,
        seen: { ...right, cert: nothing },
        fail: 'cert: there is no file /pki/admin.crt',
      },
    ],
    test,
  );
});
