// What a reply in XML holds, by its elements: taken from the SDK's own description of the API, so that what AWS adds
// comes with a newer SDK. Names are in Ansible's form.
import { snakeName } from './snake_name.ts';

/** What stands in an element. `each` hands its items on, one by one, and keeps none. */
export type XmlPlan =
  | { readonly kind: 'text' | 'number' | 'truth' | 'time' | 'skip' }
  | { readonly kind: 'list' | 'each'; readonly item: string; readonly of: XmlPlan }
  | { readonly kind: 'struct'; readonly members: ReadonlyMap<string, XmlMember> };

export interface XmlMember {
  readonly name: string;
  readonly plan: XmlPlan;
}

export const textPlan: XmlPlan = { kind: 'text' };

// Numbers of smithy's schemas: @smithy/types, schema/sentinels and schema/static-schemas.
const simple: ReadonlyMap<number, XmlPlan> = new Map([
  [0, textPlan],
  [1, { kind: 'number' }],
  [2, { kind: 'truth' }],
  [4, { kind: 'time' }],
  [5, { kind: 'time' }],
]);
const listOfTexts = 64;
const listSchema = 1;
const structSchema = 3;

function xmlName(traits: unknown): string | undefined {
  if (typeof traits !== 'object' || traits === null || !('xmlName' in traits)) return undefined;
  return typeof traits.xmlName === 'string' ? traits.xmlName : undefined;
}

function itemName(schema: unknown): string {
  return (Array.isArray(schema) ? xmlName(schema[1]) : undefined) ?? 'member';
}

const known = new Map<unknown, XmlPlan>();

/** The plan of a schema of the SDK, which is lists of numbers, names and further schemas; what is unknown is skipped. */
export function xmlPlanOf(schema: unknown): XmlPlan {
  if (typeof schema === 'function') return xmlPlanOf((schema as () => unknown)());
  if (typeof schema === 'number')
    return (
      simple.get(schema) ??
      (schema === listOfTexts ? { kind: 'list', item: 'member', of: textPlan } : { kind: 'skip' })
    );
  if (!Array.isArray(schema)) return { kind: 'skip' };
  const [id, , , , names, members] = schema as readonly unknown[];
  // A reference with traits of its own.
  if (typeof id !== 'number' || schema.length === 2) return xmlPlanOf(id);
  const made = known.get(schema);
  if (made) return made;
  if (id === listSchema) return { kind: 'list', item: itemName(names), of: xmlPlanOf(names) };
  if (id !== structSchema || !Array.isArray(names) || !Array.isArray(members)) return { kind: 'skip' };
  const found = new Map<string, XmlMember>();
  const plan: XmlPlan = { kind: 'struct', members: found };
  known.set(schema, plan);
  for (const [at, name] of (names as readonly unknown[]).entries()) {
    const member: unknown = members[at];
    const element = (Array.isArray(member) ? xmlName(member[1]) : undefined) ?? String(name);
    found.set(element, { name: snakeName(String(name)), plan: xmlPlanOf(member) });
  }
  return plan;
}
