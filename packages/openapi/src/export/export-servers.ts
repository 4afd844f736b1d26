import type { Contract, Json, JsonObject, JsonSchema } from "@mortise/contract";
import { choicesOf, usualValue } from "./usual-value.ts";

/** Where the document's paths are (Server Object, 3.1 §4.8.5): the contract's first host, its settings as variables. Paths are below that one; where else calls may go, an operation says so. */
export function exportServers({ hosts, settings }: Contract): JsonObject {
  const properties = settings?.properties ?? {};
  const bases = hosts.includes("*") ? Object.entries(properties).filter(([, schema]) => isAddress(schema)) : [];
  const servers = [
    ...hosts
      .slice(0, 1)
      .filter((host) => host !== "*")
      .map((host) => server(host, properties)),
    ...bases.map(([name, schema]) => ({ url: `{${name}}`, variables: { [name]: variable(name, schema) } })),
  ];
  return servers.length > 0 ? { servers } : {};
}

function server(host: string, settings: { readonly [name: string]: JsonSchema }): JsonObject {
  const variables: { [name: string]: Json } = {};
  const url = host.replace("*.", "").replaceAll(/\{settings\.(\w+)\}/g, (_, name: string) => {
    variables[name] = variable(name, settings[name]);
    return `{${name}}`;
  });
  return { url: `https://${url}`, ...(Object.keys(variables).length > 0 ? { variables } : {}) };
}

/** A variable needs a default (3.1 §4.8.6): the setting's, its first choice, or its name. */
function variable(name: string, schema: JsonSchema | undefined): JsonObject {
  const { description, title } = typeof schema === "object" ? schema : {};
  const words = choicesOf(schema);
  return {
    default: usualValue(name, schema),
    ...(words.length > 0 ? { enum: words } : {}),
    ...(description === undefined && title === undefined ? {} : { description: description ?? title ?? "" }),
  };
}

const isAddress = (schema: JsonSchema): boolean => typeof schema === "object" && schema.format === "uri";
