import type { JsonObject } from "@mortise/contract";

/** How an operation shows an entity. */
export interface EntityView {
  /** Properties that its schema declares there; empty: any. */
  readonly declared: readonly string[];
  /** What is there where nobody set anything. */
  base(): JsonObject | undefined;
  /** Whether an answer with this entity is true to the schema. */
  fits(entity: JsonObject): boolean;
}

/**
 * An entity as an operation shows it: what is kept of it, and where that is not enough for the schema, a sample with as much of what is kept
 * as fits. Undefined where nothing fits.
 */
export function renderEntity(fields: JsonObject, view: EntityView): JsonObject | undefined {
  const { declared, fits } = view;
  const own: JsonObject =
    declared.length === 0 ? fields : Object.fromEntries(Object.entries(fields).filter(([name]) => declared.includes(name)));
  if (fits(own)) return own;
  const base = view.base();
  if (base === undefined) return undefined;
  const whole = { ...base, ...own };
  if (fits(whole)) return whole;
  let made: JsonObject = base;
  for (const [name, value] of Object.entries(own)) {
    const next = { ...made, [name]: value };
    if (fits(next)) made = next;
  }
  return fits(made) ? made : undefined;
}
