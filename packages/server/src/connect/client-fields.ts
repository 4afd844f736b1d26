import type { PlainCredential } from "@mortise/auth";
import { credentialSchema } from "@mortise/contract";
import type { PersonalScheme } from "./person-scheme.ts";

/** A field of an app that is registered at another system. */
export interface ClientField {
  readonly name: string;
  readonly required: boolean;
  readonly secret: boolean;
}

const OAUTH2 = ["clientId", "clientSecret", "privateKey", "certificate", "passphrase", "ca"] as const;
const OAUTH1 = ["consumerKey", "consumerSecret", "privateKey"] as const;

/** What an app of this scheme proves itself with. An app that is installed has no other fields than its own. */
export function clientFields(scheme: PersonalScheme): readonly ClientField[] {
  const { properties = {}, required = [] } = scheme.kind === "appInstall" ? scheme.fields : credentialSchema(scheme);
  const names = scheme.kind === "appInstall" ? Object.keys(properties) : scheme.kind === "oauth1" ? OAUTH1 : OAUTH2;
  return names.flatMap((name) => {
    const schema = properties[name];
    if (schema === undefined) return [];
    return [{ name, required: required.includes(name), secret: typeof schema === "object" && schema["x-secret"] === true }];
  });
}

/** The field that says which app it is; undefined: all of them are secret. */
export function clientIdField(scheme: PersonalScheme): string | undefined {
  if (scheme.kind !== "appInstall") return scheme.kind === "oauth1" ? "consumerKey" : "clientId";
  const open = clientFields(scheme).filter(({ secret }) => !secret);
  return (open.find(({ required }) => required) ?? open[0])?.name;
}

/** Whether a credential has an app of its own. */
export function hasClient(scheme: PersonalScheme, credential: PlainCredential | undefined): boolean {
  const id = clientIdField(scheme);
  if (credential === undefined) return false;
  return id === undefined ? bringsClient(scheme, credential) : credential[id] !== undefined;
}

/** Whether a credential has anything of an app in it. */
export function bringsClient(scheme: PersonalScheme, credential: PlainCredential): boolean {
  return clientFields(scheme).some(({ name }) => credential[name] !== undefined);
}

/** A credential without the app's fields. */
export function withoutClient(scheme: PersonalScheme, credential: PlainCredential): PlainCredential {
  const names = new Set([...clientFields(scheme).map(({ name }) => name), ...(scheme.kind === "oauth2" ? OAUTH2 : [])]);
  return Object.fromEntries(Object.entries(credential).filter(([name]) => !names.has(name)));
}

/** Whether a connection may bring an app of its own. */
export const mayOwnClient = (scheme: PersonalScheme): boolean => scheme.kind !== "oauth2" || scheme.ownClient !== false;

/** How an app comes about; `static`: a person registers it. */
export const registrationOf = (scheme: PersonalScheme): "static" | "dynamic" | "metadata_document" =>
  (scheme.kind === "oauth2" ? scheme.registration : undefined) ?? "static";
