import type { AuthScheme } from "./auth-scheme.ts";
import type { Budget } from "./budget.ts";
import type { JsonSchema, JsonSchemaObject } from "./json.ts";
import type { Operation } from "./operation.ts";
import type { ChangelogEntry, Migration, Waiver } from "./release.ts";
import type { Trigger } from "./trigger.ts";

/** The connector contract: one JSON document with a closed vocabulary (`mortise.contract/1`). */
export interface Contract {
  readonly format: "mortise.contract/1";
  /** `^[a-z][a-z0-9-]*$`, unique in a registry. */
  readonly name: string;
  /** Semantic version 2.0.0. */
  readonly version: string;
  readonly title: string;
  readonly publisher: string;
  readonly description?: string;
  readonly categories?: readonly string[];
  readonly license?: string;
  readonly homepage?: string;
  /** Path of an SVG or PNG in the connector's folder. */
  readonly icon?: string;
  /** Who answers questions: an address of mail or web. */
  readonly support?: string;
  /** Where the other system says what it does with data. */
  readonly privacy?: string;
  /** What a connection is configured with, next to its credential. Absent: nothing. */
  readonly settings?: JsonSchemaObject;
  /**
   * The only places its calls may go: host names with `{settings.x}` holes, or `"*"` for any host that the deployment's egress
   * policy allows. Empty: the connector makes no network call.
   */
  readonly hosts: readonly string[];
  /** Auth schemes by id. Empty: calls need no credential. A connection uses exactly one. */
  readonly auth: { readonly [id: string]: AuthScheme };
  readonly budgets: { readonly [name: string]: Budget };
  readonly operations: { readonly [name: string]: Operation };
  readonly triggers?: { readonly [name: string]: Trigger };
  /** Schemas that several operations use, by name; `{"$ref": "#/schemas/Name"}` in any schema of the contract. */
  readonly schemas?: { readonly [name: string]: JsonSchema };
  /** Interfaces it implements, e.g. `messaging@1`. */
  readonly interfaces?: readonly string[];
  readonly changelog?: readonly ChangelogEntry[];
  /** From each older major version to the next, so that what was made for it goes on. */
  readonly migrations?: readonly Migration[];
  readonly waivers?: readonly Waiver[];
}
