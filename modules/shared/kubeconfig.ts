// The kubeconfig file: one cluster, one user, one context, certificates embedded so that the file can be carried about.

/** All that a kubeconfig of ours holds. Certificates and keys are PEM. */
export interface Kubeconfig {
  readonly cluster: string;
  readonly server: string;
  readonly user: string;
  readonly context: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

const base64 = (pem: string): string => Buffer.from(pem, 'utf8').toString('base64');

/** The file's text; equal parts give equal text. */
export function writeKubeconfig(parts: Kubeconfig): string {
  const name = (text: string): string => JSON.stringify(text);
  return `apiVersion: v1
kind: Config
clusters:
- name: ${name(parts.cluster)}
  cluster:
    server: ${name(parts.server)}
    certificate-authority-data: ${base64(parts.ca)}
users:
- name: ${name(parts.user)}
  user:
    client-certificate-data: ${base64(parts.cert)}
    client-key-data: ${base64(parts.key)}
contexts:
- name: ${name(parts.context)}
  context:
    cluster: ${name(parts.cluster)}
    user: ${name(parts.user)}
current-context: ${name(parts.context)}
`;
}
