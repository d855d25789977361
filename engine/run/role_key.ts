/** Names a use of a role on a host. */
export function roleKey(host: { readonly name: string }, identity: string): string {
  return `${host.name} ${identity}`;
}
