import {
  type AuthScheme,
  type Contract,
  credentialSchema,
  type JsonObject,
  type JsonSchemaObject,
  type Operation,
} from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import type { Connection } from "@mortise/runtime";

/** A connection to nobody: settings that fit, and a credential of the first scheme that the operation accepts. */
export function connectionFor(contract: Contract, operation: Operation): Connection {
  const ids = operation.auth ?? Object.keys(contract.auth);
  const id = ids.find((each) => contract.auth[each]?.kind !== "none") ?? ids[0] ?? Object.keys(contract.auth)[0];
  const scheme = id === undefined ? undefined : contract.auth[id];
  return {
    name: id ?? "main",
    connector: contract.name,
    settings: settingsOf(contract),
    ...(id === undefined ? {} : { auth: id }),
    ...(scheme === undefined ? {} : { credential: credentialOf(scheme) }),
  };
}

function settingsOf({ settings, schemas }: Contract): NonNullable<Connection["settings"]> {
  if (settings === undefined) return {};
  const sample = sampleOf(settings, {
    seed: "settings",
    mode: "minimal",
    ...(schemas === undefined ? {} : { definitions: schemas }),
  });
  if (typeof sample !== "object" || sample === null || Array.isArray(sample)) throw new Error("No settings fit the contract.");
  const defaults = Object.entries(settings.properties ?? {}).flatMap(([name, schema]) =>
    typeof schema !== "object"
      ? []
      : schema.default !== undefined
        ? [[name, schema.default] as const]
        : schema.format === "uri"
          ? [[name, "https://vendor.example"] as const]
          : [],
  );
  return { ...(sample as JsonObject), ...Object.fromEntries(defaults) };
}

function credentialOf(scheme: AuthScheme): { readonly [field: string]: string } {
  const schema: JsonSchemaObject = credentialSchema(scheme);
  const names = [...(schema.required ?? []), ...(scheme.kind === "oauth2" ? ["accessToken"] : [])];
  return Object.fromEntries(names.map((name) => [name, `${name}-of-nobody`]));
}
