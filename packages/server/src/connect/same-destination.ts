import { isDeepStrictEqual } from "node:util";
import type { Contract, JsonObject, JsonSchema } from "@mortise/contract";

/** What says where a credential goes. */
interface Destination {
  readonly auth: string | undefined;
  readonly settings: JsonObject;
}

/** Whether calls of a connection go to the same places after a change of its settings, so that its credential may stay. */
export function sameDestination(contract: Contract, before: JsonObject, { auth, settings }: Destination): boolean {
  return changedSteering(contract, before, { auth, settings }).length === 0;
}

/**
 * The changed settings among those that may say where calls and credentials go: those in `hosts`, in the auth scheme, and what it requires. All
 * of them count where the contract lets calls go anywhere and does not say what decides, and where code of the connector reads them, but for
 * those that it marks `"x-steers": false`.
 */
export function changedSteering(contract: Contract, before: JsonObject, { auth, settings }: Destination): readonly string[] {
  const changed = [...new Set([...Object.keys(before), ...Object.keys(settings)])].filter(
    (name) => !isDeepStrictEqual(valueIn(contract, before, name), valueIn(contract, settings, name)),
  );
  const steering = steeringSettings(contract, auth);
  return changed.filter(steering);
}

/** Whether a setting may say where calls and credentials go. */
function steeringSettings(contract: Contract, auth: string | undefined): (name: string) => boolean {
  const ids = Object.keys(contract.auth);
  const id = auth ?? (ids.length === 1 ? ids[0] : undefined);
  const scheme = id !== undefined && Object.hasOwn(contract.auth, id) ? contract.auth[id] : undefined;
  const requires = scheme?.requires ?? [];
  const runsCode = Object.values(contract.operations).some(({ code, native }) => code !== undefined || native !== undefined);
  const named = new Set([...requires, ...readIn(contract.hosts), ...readIn(scheme)]);
  const isAny = runsCode || (contract.hosts.includes("*") && requires.length === 0);
  return (name) => named.has(name) || (isAny && !isHarmless(contract, name));
}

/** What the contract knows nothing of is not harmless. */
function isHarmless({ settings }: Contract, name: string): boolean {
  const schema = settings?.properties?.[name];
  return typeof schema === "object" && schema["x-steers"] === false;
}

/** Settings that are read anywhere in a part of a contract, as `{settings.x}` or in an expression. */
function readIn(part: unknown): readonly string[] {
  if (typeof part === "string")
    return [...part.matchAll(/\bsettings(?:\.|\[\s*["'])([A-Za-z0-9_]+)/g)].map(([, name = ""]) => name);
  return typeof part === "object" && part !== null ? Object.values(part).flatMap(readIn) : [];
}

function valueIn({ settings }: Contract, given: JsonObject, name: string): unknown {
  if (Object.hasOwn(given, name)) return given[name];
  const schema: JsonSchema | undefined = settings?.properties?.[name];
  return typeof schema === "object" ? schema.default : undefined;
}
