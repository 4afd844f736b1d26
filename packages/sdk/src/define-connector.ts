import {
  type AuthScheme,
  type Budget,
  type ChangelogEntry,
  type Contract,
  type Diagnostic,
  type Json,
  type JsonSchema,
  type Migration,
  MortiseError,
  type Trigger,
  type Waiver,
} from "@mortise/contract";
import { checkContract } from "@mortise/contract/validation";
import type { TObject } from "typebox";
import type { Connector } from "./connector.ts";
import { deepFreeze } from "./deep-freeze.ts";
import type { DefinedOperation } from "./operation.ts";
import { closedSchema } from "./plain-schema.ts";
import type { DefinedStream } from "./stream-trigger.ts";

/** What an author says of a connector. */
export interface ConnectorSpec {
  /** `^[a-z][a-z0-9-]*$`. */
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
  /** Absent: a connection has no settings. */
  readonly settings?: TObject;
  /** Host names with `{settings.x}` holes, or `"*"`. Absent: none, so no network call. */
  readonly hosts?: readonly string[];
  /** Absent: no credential. */
  readonly auth?: { readonly [id: string]: AuthScheme };
  /** Absent: none. */
  readonly budgets?: { readonly [name: string]: Budget };
  readonly operations: { readonly [name: string]: DefinedOperation };
  /** Absent: none. */
  readonly triggers?: { readonly [name: string]: Trigger | DefinedStream };
  /** Schemas for `{"$ref": "#/schemas/Name"}`. Absent: none. */
  readonly schemas?: { readonly [name: string]: JsonSchema };
  readonly interfaces?: readonly string[];
  /** Newest version first. */
  readonly changelog?: readonly ChangelogEntry[];
  readonly migrations?: readonly Migration[];
  readonly waivers?: readonly Waiver[];
}

/** Builds a connector and checks its contract. Throws `INVALID_DOCUMENT` with every fault, as text and in `data.detail`. */
export function defineConnector(spec: ConnectorSpec): Connector {
  const operations = Object.entries(spec.operations);
  const triggers = Object.entries(spec.triggers ?? {});
  const contract = {
    format: "mortise.contract/1",
    name: spec.name,
    version: spec.version,
    title: spec.title,
    publisher: spec.publisher,
    ...(spec.description === undefined ? {} : { description: spec.description }),
    ...(spec.categories ? { categories: spec.categories } : {}),
    ...(spec.license === undefined ? {} : { license: spec.license }),
    ...(spec.homepage === undefined ? {} : { homepage: spec.homepage }),
    ...(spec.icon === undefined ? {} : { icon: spec.icon }),
    ...(spec.support === undefined ? {} : { support: spec.support }),
    ...(spec.privacy === undefined ? {} : { privacy: spec.privacy }),
    ...(spec.settings ? { settings: closedSchema(spec.settings) } : {}),
    hosts: spec.hosts ?? [],
    auth: spec.auth ?? {},
    budgets: spec.budgets ?? {},
    operations: Object.fromEntries(operations.map(([name, { contract }]) => [name, contract])),
    ...(spec.triggers
      ? {
          triggers: Object.fromEntries(triggers.map(([name, trigger]) => [name, isStream(trigger) ? trigger.contract : trigger])),
        }
      : {}),
    ...(spec.schemas ? { schemas: spec.schemas } : {}),
    ...(spec.interfaces ? { interfaces: spec.interfaces } : {}),
    ...(spec.changelog ? { changelog: spec.changelog } : {}),
    ...(spec.migrations ? { migrations: spec.migrations } : {}),
    ...(spec.waivers ? { waivers: spec.waivers } : {}),
  } satisfies Contract;
  const plain = JSON.parse(JSON.stringify(contract)) as Contract;
  const faults = [...checkContract(plain), ...settingsFaults(spec, plain)].filter(({ severity }) => severity === "error");
  if (faults.length > 0) throw refusal(spec.name, faults);
  const natives = Object.fromEntries(operations.flatMap(([name, { native }]) => (native ? [[name, Object.freeze(native)]] : [])));
  const listeners = Object.fromEntries(triggers.flatMap(([name, each]) => (isStream(each) ? [[name, each.listen]] : [])));
  return Object.freeze({
    contract: deepFreeze(plain),
    natives: Object.freeze(natives),
    ...(Object.keys(listeners).length === 0 ? {} : { listeners: Object.freeze(listeners) }),
  });
}

const isStream = (trigger: Trigger | DefinedStream): trigger is DefinedStream => "listen" in trigger;

/** An operation written against other settings than the connector's would be typed by a lie. */
function settingsFaults(spec: ConnectorSpec, contract: Contract): readonly Diagnostic[] {
  const own = JSON.stringify(contract.settings);
  return Object.entries(spec.operations).flatMap(([name, { settings }]) =>
    settings === undefined || JSON.stringify(settings) === own
      ? []
      : [
          {
            code: "INVALID_VALUE",
            severity: "error" as const,
            path: `/operations/${name}`,
            message: `operations.${name}: its \`settings\` are not the connector's. Pass the same schema to both.`,
          },
        ],
  );
}

function refusal(name: string, faults: readonly Diagnostic[]): MortiseError {
  const list = faults.map(({ code, message }) => `  ${code} ${message}`).join("\n");
  const count = faults.length === 1 ? "a fault" : `${faults.length} faults`;
  return new MortiseError("INVALID_DOCUMENT", `The contract of "${name}" has ${count}:\n${list}`, {
    detail: JSON.parse(JSON.stringify(faults)) as Json,
  });
}
