import type { Contract, Json, JsonObject } from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { sampleCredential } from "./sign-in/sample-credential.ts";
import type { SimulatedConnection } from "./sign-in/simulated-connection.ts";

/** Settings that lead to the simulator: an address in them is the simulator's, a host name one that needs no lookup. */
export function simulatedSettings(contract: Contract, seed: string, origin: string): JsonObject {
  const schema = contract.settings;
  if (schema === undefined) return {};
  const definitions = contract.schemas === undefined ? {} : { definitions: contract.schemas };
  const sample = sampleOf(schema, { seed, ...definitions });
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
  const told = toldSettings(contract).flatMap((name) => {
    const property = schema.properties?.[name];
    const value = made[name] !== undefined || property === undefined ? undefined : sampleOf(property, { seed, ...definitions });
    return value === undefined ? [] : [[name, value]];
  });
  const settings = { ...made, ...Object.fromEntries([...told, ...addresses, ...names]) } as JsonObject;
  return compileSchema(schema, contract.schemas === undefined ? {} : { schemas: contract.schemas })(settings).ok
    ? settings
    : made;
}

/** Settings that connecting tells, or that a scheme needs: they are there once a connection is made. */
function toldSettings({ auth }: Contract): readonly string[] {
  const parts = Object.values(auth).flatMap((scheme) => (scheme.kind === "all" ? [scheme, ...scheme.of] : [scheme]));
  return parts.flatMap((part) => [
    ...(part.requires ?? []),
    ...("keep" in part ? (part.keep ?? []).map(({ setting }) => setting) : []),
    ...(part.postConnect ?? []).flatMap(({ keep = {} }) => Object.keys(keep)),
  ]);
}

const isHostLabel = (value: Json | undefined): boolean => typeof value === "string" && /^[a-z0-9][a-z0-9.-]*$/i.test(value);

/** A connection with a credential that the simulator takes. */
export function simulatedConnection(contract: Contract, auth: string | undefined, settings: JsonObject): SimulatedConnection {
  const id = auth ?? Object.keys(contract.auth)[0];
  const scheme = id !== undefined && Object.hasOwn(contract.auth, id) ? contract.auth[id] : undefined;
  const credential = scheme === undefined ? {} : sampleCredential(scheme);
  return {
    name: "simulator",
    connector: contract.name,
    settings,
    ...(id === undefined ? {} : { auth: id }),
    ...(Object.keys(credential).length === 0 ? {} : { credential }),
  };
}
