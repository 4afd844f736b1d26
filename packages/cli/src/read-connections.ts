import type { PlainCredential } from "@mortise/auth";
import type { Json } from "@mortise/contract";
import { MortiseError } from "@mortise/contract";
import type { Connection } from "@mortise/runtime";
import { readSecretFile } from "./read-file.ts";

/** One connection, for `mortise call --connection FILE`; the connector's name may be left out. */
export async function readConnectionFile(file: string, connector: string): Promise<Connection> {
  const { value } = await readSecretFile(file);
  return parseConnection(value, `${file}`, "", connector);
}

/** A connections file for `mortise run --connections FILE`: `{ "<name>": { connector, settings, auth, credential } }`. */
export async function readConnectionsFile(file: string): Promise<ReadonlyMap<string, Connection>> {
  const { value } = await readSecretFile(file);
  if (!isObject(value)) throw bad(file, "", "expected an object of connections by name");
  return new Map(Object.entries(value).map(([name, entry]) => [name, { ...parseConnection(entry, file, `/${name}`), name }]));
}

function parseConnection(value: Json, file: string, path: string, defaultConnector?: string): Connection {
  if (!isObject(value)) throw bad(file, path, "expected an object");
  const unknown = Object.keys(value).find((key) => !["name", "connector", "settings", "auth", "credential"].includes(key));
  if (unknown !== undefined)
    throw bad(file, `${path}/${unknown}`, "unknown key; allowed are connector, settings, auth, credential");
  const connector = value.connector ?? defaultConnector;
  if (typeof connector !== "string")
    throw bad(file, `${path}/connector`, 'expected the name of a connector, for example "postgres"');
  const { settings, auth, credential } = value;
  if (settings !== undefined && !isObject(settings)) throw bad(file, `${path}/settings`, "expected an object");
  if (auth !== undefined && typeof auth !== "string") throw bad(file, `${path}/auth`, "expected the id of an auth scheme");
  if (credential !== undefined && !isObject(credential)) throw bad(file, `${path}/credential`, "expected an object");
  return {
    name: path.slice(1) || "inline",
    connector,
    ...(settings ? { settings } : {}),
    ...(auth === undefined ? {} : { auth }),
    ...(credential ? { credential: plainFields(credential, file, path) } : {}),
  };
}

/** The fields of a credential in a file, in plaintext. Throws `INVALID_DOCUMENT`. */
export function plainFields(credential: { readonly [key: string]: Json }, file: string, path: string): PlainCredential {
  const fields = Object.entries(credential).map(([key, entry]) => [key, secretText(entry, file, `${path}/credential/${key}`)]);
  return Object.fromEntries(fields) as PlainCredential;
}

/** A secret is text, or `{ "$env": "NAME" }`: the value of an environment variable. */
function secretText(value: Json, file: string, path: string): string {
  if (typeof value === "string") return value;
  if (isObject(value) && typeof value.$env === "string") {
    const found = process.env[value.$env];
    if (found === undefined) throw bad(file, path, `the environment variable ${value.$env} is not set`);
    return found;
  }
  throw bad(file, path, 'expected text or { "$env": "NAME" }');
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(file: string, path: string, message: string): MortiseError {
  return new MortiseError("INVALID_DOCUMENT", `${file}${path ? ` at ${path}` : ""}: ${message}.`, { path });
}
