import { type Contract, type Json, type JsonSchema, keptField, keptSettings, MortiseError } from "@mortise/contract";
import { compileSchema } from "@mortise/contract/validation";
import type { Connection } from "../runtime.ts";
import { shown } from "./choose-scheme.ts";

type Settings = { readonly [key: string]: Json };
type Fields = { readonly [field: string]: string };

/** The settings that connecting tells (`keep`, `postConnect`) where a connection signs in with the scheme that it names. */
export function keptNames(contract: Contract, auth: string | undefined): readonly string[] {
  const ids = Object.keys(contract.auth);
  const id = auth ?? (ids.length === 1 ? ids[0] : undefined);
  const scheme = id !== undefined && Object.hasOwn(contract.auth, id) ? contract.auth[id] : undefined;
  return scheme === undefined ? [] : keptSettings(scheme);
}

/** What is known of a connection's settings. */
export interface SettingsQuery {
  readonly contract: Contract;
  readonly connection: Connection | undefined;
  /** Fields of the credential, of which `kept.<setting>` take the place of the settings of the connection. */
  readonly fields: Fields;
  /** Whether what connecting tells may still be missing. */
  readonly isConnecting: boolean;
}

/**
 * The settings of a connection with what connecting told in their place, checked by their schemas: they may say where calls and credentials
 * go, so one that does not fit is not used. Throws `MISCONFIGURED`.
 */
export function connectionSettings({ contract, connection, fields, isConnecting }: SettingsQuery): Settings {
  const names = keptNames(contract, connection?.auth);
  const kept = names.flatMap((name) => {
    const text = fields[keptField(name)];
    return text === undefined ? [] : [[name, settingOf(text, contract.settings?.properties?.[name])] as const];
  });
  const given: Settings = { ...connection?.settings, ...Object.fromEntries(kept) };
  const schema = isConnecting ? awaiting(contract, names) : (contract.settings ?? {});
  const checked = compileSchema(schema, { useDefaults: true })(given);
  const [first] = checked.diagnostics;
  if (!checked.ok && first !== undefined) {
    const [, name = ""] = first.path.split("/");
    const told = kept.some(([each]) => each === name);
    const whose = told
      ? `What the other side told of the connection ${shown(connection)}`
      : `The settings of the connection ${shown(connection)}`;
    const remedy = told
      ? { remedy: "It is not used, as it does not fit the contract: connect again, or mend the contract." }
      : {};
    throw new MortiseError("MISCONFIGURED", `${whose}: ${first.message}.`, {
      path: `/settings${first.path}`,
      ...(first.fix === undefined ? {} : { remedy: first.fix.title }),
      ...remedy,
    });
  }
  return Object.freeze(checked.value as Settings);
}

const lenient = new WeakMap<Contract, Map<string, NonNullable<Contract["settings"]>>>();

/** The settings' schema before what connecting tells is there. */
function awaiting(contract: Contract, names: readonly string[]): NonNullable<Contract["settings"]> {
  const { settings = {} } = contract;
  const key = names.join(" ");
  const known = lenient.get(contract)?.get(key);
  if (known !== undefined) return known;
  const fresh = { ...settings, required: (settings.required ?? []).filter((name) => !names.includes(name)) };
  lenient.set(contract, (lenient.get(contract) ?? new Map()).set(key, fresh));
  return fresh;
}

/** A kept text as the setting's schema wants it: a text stays one where the schema takes texts, anything else is read as JSON. */
function settingOf(text: string, schema: JsonSchema | undefined): Json {
  const type = typeof schema === "object" ? schema.type : undefined;
  const types = type === undefined ? ["string"] : Array.isArray(type) ? type : [type];
  if (types.includes("string")) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
