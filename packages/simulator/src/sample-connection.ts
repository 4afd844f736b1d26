import { type AuthScheme, type Contract, credentialSchema, type Json, type JsonObject } from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";

/** A connection to the simulator, as the runtime takes it. */
export interface SimulatedConnection {
  readonly name: string;
  readonly connector: string;
  readonly settings?: { readonly [key: string]: Json };
  readonly auth?: string;
  readonly credential?: { readonly [field: string]: string };
}

/** Settings that lead to the simulator: an address in them is the simulator's, a host name one that needs no lookup. */
export function simulatedSettings(contract: Contract, seed: string, origin: string): JsonObject {
  const schema = contract.settings;
  if (schema === undefined) return {};
  const sample = sampleOf(schema, { seed, ...(contract.schemas === undefined ? {} : { definitions: contract.schemas }) });
  const made = typeof sample === "object" && sample !== null && !Array.isArray(sample) ? (sample as JsonObject) : {};
  const addresses = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    typeof property === "object" && property.format === "uri" ? [[name, origin]] : [],
  );
  const hosts = contract.hosts.flatMap((host) =>
    [...host.matchAll(/\{settings\.([A-Za-z0-9_]+)\}/g)].map(([, name]) => name ?? ""),
  );
  const names = hosts.flatMap((name) =>
    isHostLabel(made[name]) || addresses.some(([each]) => each === name) ? [] : [[name, "simulated"]],
  );
  const settings = { ...made, ...Object.fromEntries([...addresses, ...names]) } as JsonObject;
  return compileSchema(schema, contract.schemas === undefined ? {} : { schemas: contract.schemas })(settings).ok
    ? settings
    : made;
}

const isHostLabel = (value: Json | undefined): boolean => typeof value === "string" && /^[a-z0-9][a-z0-9.-]*$/i.test(value);

/** A connection with a credential that the simulator takes. */
export function simulatedConnection(contract: Contract, auth: string | undefined, settings: JsonObject): SimulatedConnection {
  const id = auth ?? Object.keys(contract.auth)[0];
  const scheme = id === undefined ? undefined : contract.auth[id];
  const credential = scheme === undefined ? {} : simulatedCredential(scheme);
  return {
    name: "simulator",
    connector: contract.name,
    settings,
    ...(id === undefined ? {} : { auth: id }),
    ...(Object.keys(credential).length === 0 ? {} : { credential }),
  };
}

function simulatedCredential(scheme: AuthScheme): { readonly [field: string]: string } {
  if (scheme.kind === "all")
    return Object.assign({}, ...scheme.of.map(simulatedCredential)) as { readonly [field: string]: string };
  const schema = credentialSchema(scheme);
  const tokens: { readonly [field: string]: string } =
    scheme.kind === "oauth2" && !["client_credentials", "password"].includes(scheme.grant)
      ? { accessToken: "simulated-access-token" }
      : {};
  const fields = { ...Object.fromEntries((schema.required ?? []).map((field) => [field, `simulated-${field}`])), ...tokens };
  if (compileSchema(schema)(fields).ok) return fields;
  const sample = sampleOf(schema, { seed: "credential", mode: "minimal" });
  return (sample ?? fields) as { readonly [field: string]: string };
}
