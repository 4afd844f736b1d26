import type { Contract, Operation } from "@mortise/contract";

/** Operations that only make sense together. */
export interface Pack {
  readonly operations: { readonly [name: string]: Operation };
  readonly triggers?: Contract["triggers"];
}

/** What the operations of packs have in common. */
export const OPERATION = {
  effect: "read",
  idempotency: "natural",
  scopes: [],
  identity: [],
  outcomes: [],
  examples: [],
} as const satisfies Partial<Operation>;

/** An object of the fields that it names. */
export const OBJECT = { type: "object", additionalProperties: false } as const;
/** An input that is an id. */
export const id = { ...OBJECT, required: ["id"], properties: { id: { type: "string", pattern: "^[a-z0-9]+$" } } } as const;
