import type { Definitions } from "@mortise/builders";

/** The option that brings a document's definitions into its values. */
export function using(definitions: Definitions | undefined): { readonly definitions?: Definitions } {
  return definitions === undefined ? {} : { definitions };
}
