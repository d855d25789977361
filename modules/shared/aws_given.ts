// Input of the SDK's calls from our optional fields.

/**
 * Without what is undefined: for the SDK a name without a value is not the same as no name. The words that AWS has for
 * types, states and kinds are its own to check, so that new ones need no new SDK; hence no narrower type.
 */
export function given(fields: { readonly [name: string]: unknown }): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
