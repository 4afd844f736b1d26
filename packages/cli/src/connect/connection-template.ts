import { type AuthScheme, type Contract, credentialSchema, type JsonObject, keptSettings } from "@mortise/contract";

/** What a connection's file looks like before a person has connected: what has to be entered, as empty texts or from the environment. */
export function connectionTemplate({ name, settings }: Contract, auth: string, scheme: AuthScheme): JsonObject {
  const told = keptSettings(scheme);
  const needed = [...new Set([...(settings?.required ?? []), ...(scheme.requires ?? [])])].filter((name) => !told.includes(name));
  const { properties = {}, required = [] } = credentialSchema(scheme);
  const fields = required.map((field) => {
    const schema = properties[field];
    const isSecret = typeof schema === "object" && schema["x-secret"] === true;
    return [field, isSecret ? { $env: `${name}_${field}`.replaceAll(/[^A-Za-z0-9]+/g, "_").toUpperCase() } : ""] as const;
  });
  return {
    connector: name,
    ...(needed.length === 0 ? {} : { settings: Object.fromEntries(needed.map((setting) => [setting, ""])) }),
    auth,
    ...(fields.length === 0 ? {} : { credential: Object.fromEntries(fields) }),
  };
}
