// Names of the API in Ansible's form: `PublicDnsName` is `public_dns_name`, `TargetGroupARNs` is `target_group_arns`.

/** The rules and their order are those of ansible-core's camel_dict_to_snake_dict. */
export function snakeName(name: string): string {
  return name
    .replace(/[A-Z]{3,}s$/, (plural) => `_${plural.toLowerCase()}`)
    .replace(/^_/, '')
    .replaceAll(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replaceAll(/([a-z0-9])([A-Z]+)/g, '$1_$2')
    .toLowerCase();
}
