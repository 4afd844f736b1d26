import { type AuthScheme, type Contract, type Json, MortiseError, type SingleAuthScheme } from "@mortise/contract";
import type { Connection } from "../runtime.ts";

type Settings = { readonly [name: string]: Json };

const NO_AUTH: AuthScheme = Object.freeze({ kind: "none" });

/**
 * Whether calls need a connection: they have credentials to give, or settings that must be set. `accepted` are the schemes that an
 * operation accepts; absent: any of the contract's.
 */
export function needsConnection(contract: Contract, accepted?: readonly string[]): boolean {
  if ((contract.settings?.required?.length ?? 0) > 0) return true;
  const schemes = Object.entries(contract.auth).filter(([id]) => accepted?.includes(id) ?? true);
  return schemes.length > 0 && !schemes.some(([, { kind }]) => kind === "none");
}

/**
 * The scheme that a connection signs in with, its `{settings.x}` holes filled. Of an operation that accepts none it is `none`, whatever
 * the connection has. Throws `MISCONFIGURED` where there is a choice and the connection makes none, or one that is not accepted.
 */
export function chooseScheme(
  contract: Contract,
  connection: Connection | undefined,
  settings: Settings,
  accepted?: readonly string[],
): AuthScheme {
  if (accepted?.length === 0) return NO_AUTH;
  const id = chosenId(contract, connection, accepted);
  const scheme = id === undefined ? NO_AUTH : contract.auth[id];
  return fillScheme(scheme ?? NO_AUTH, settings);
}

function chosenId(
  { auth }: Contract,
  connection: Connection | undefined,
  accepted: readonly string[] | undefined,
): string | undefined {
  const ids = Object.keys(auth);
  const open = ids.filter((id) => accepted?.includes(id) ?? true);
  const id = connection?.auth ?? (ids.length === 1 ? ids[0] : undefined);
  if (id !== undefined) {
    if (!Object.hasOwn(auth, id))
      throw misfit(`The connection ${shown(connection)} uses the auth scheme "${id}"; there are ${ids.join(", ")}.`);
    if (open.includes(id)) return id;
    throw misfit(
      `The connection ${shown(connection)} signs in with ${named(auth, id)}; the operation accepts ${open.map((each) => named(auth, each)).join(", ")}.`,
      `Use a connection that signs in with ${open.length === 1 ? "that" : "one of them"}.`,
    );
  }
  if (ids.length === 0) return undefined;
  const without = open.find((each) => auth[each]?.kind === "none");
  if (without !== undefined && Object.keys(connection?.credential ?? {}).length === 0) return without;
  throw misfit(
    `The connection ${shown(connection)} does not say which auth scheme it uses: ${ids.join(", ")}.`,
    `Set its "auth" to one of them.`,
  );
}

const misfit = (message: string, remedy?: string): MortiseError =>
  new MortiseError("MISCONFIGURED", message, { path: "/auth", ...(remedy === undefined ? {} : { remedy }) });

/** An id, and what people know it by. */
function named(auth: Contract["auth"], id: string): string {
  const title = auth[id]?.title;
  return title === undefined ? `"${id}"` : `"${id}" (${title})`;
}

function fillScheme(scheme: AuthScheme, settings: Settings): AuthScheme {
  return scheme.kind === "all"
    ? { ...scheme, of: scheme.of.map((each) => fillSingle(each, settings)) }
    : fillSingle(scheme, settings);
}

/** Fills the `{settings.x}` holes in what an API key is called. */
function fillSingle(scheme: SingleAuthScheme, settings: Settings): SingleAuthScheme {
  if (scheme.kind !== "apiKey") return scheme;
  const fill = (text: string) =>
    text.replaceAll(/\{settings\.([A-Za-z0-9_]+)\}/g, (_, name: string) => String(settings[name] ?? ""));
  return { ...scheme, name: fill(scheme.name), ...(scheme.prefix === undefined ? {} : { prefix: fill(scheme.prefix) }) };
}

/** A connection's name, for messages. */
export const shown = (connection: Connection | undefined): string => (connection?.name ? `"${connection.name}"` : "given");
