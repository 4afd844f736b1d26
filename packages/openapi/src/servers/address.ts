import type { JsonSchemaObject, ParameterStyle, Value } from "@mortise/contract";

/** Where the calls of an operation go: what stands before its path, and the settings that fill it. */
export interface Address {
  /** Before the path: empty (below the first host), an absolute URL, or a `${settings.x}` with a base URL; `{holes}` are filled by `path`. */
  readonly prefix: string;
  /** Values of the holes in `prefix`. */
  readonly path: { readonly [hole: string]: Value };
  readonly styles: { readonly [hole: string]: ParameterStyle };
  /** Entries of the contract's `hosts`. */
  readonly hosts: readonly string[];
  readonly settings: { readonly [name: string]: JsonSchemaObject };
}

/** A setting with the base URL of the calls. */
export function baseUrlAddress(name: string, schema: JsonSchemaObject, rest = ""): Address {
  return {
    prefix: `\${settings.${name}}${rest}`,
    path: {},
    styles: {},
    hosts: [`{settings.${name}}`],
    settings: { [name]: schema },
  };
}
