import { type Contract, type Json, type Operation, selfContained } from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { schemasAt } from "../schema-at.ts";
import { keyText } from "./entity-store.ts";

/** What keys the operations take that are about one entity. */
export interface KeyShape {
  fits(key: string): boolean;
  /** A key that fits. Undefined: none was found. */
  sample(seed: string): string | undefined;
}

/** The shape of the key at a place of an operation's input. */
export function keyShape({ schemas }: Contract, { input }: Operation, keyAt: readonly string[]): KeyShape {
  const root = selfContained(input, schemas);
  const [own] = schemasAt(root, keyAt, root);
  const schema = own === undefined ? true : { ...own, ...(root.$defs === undefined ? {} : { $defs: root.$defs }) };
  const validate = compileSchema(schema);
  const fits = (value: Json): boolean => validate(value).ok;
  return {
    fits: (key) => fits(key) || (key.trim() !== "" && Number.isFinite(Number(key)) && fits(Number(key))),
    sample: (seed) => keyText(sampleOf(schema, { seed })),
  };
}
