import { chmod, stat } from "node:fs/promises";
import type { PlainCredential } from "@mortise/auth";
import type { Json, JsonObject } from "@mortise/contract";
import { writeWhole } from "../write-whole.ts";

/** What connecting gives; all else in a credential is somebody's to enter. */
const GIVEN =
  /^(accessToken|refreshToken|expiresAt|refreshExpiresAt|scope|dpopKey|token|tokenSecret|registrationToken|registrationUrl)(\.|$)|^kept\./;

/**
 * Puts what connecting gave into a connection's file, which only its owner can read then. Fields that come from the environment stay
 * references to it; what an earlier sign-in gave and this one did not goes.
 */
export async function keepCredential(file: string, before: JsonObject, credential: PlainCredential): Promise<void> {
  const there = isObject(before.credential) ? before.credential : {};
  const entered = Object.entries(there).filter(([name]) => !GIVEN.test(name));
  const given = Object.entries(credential).filter(([name]) => GIVEN.test(name) || !Object.hasOwn(there, name));
  const whole = { ...before, credential: Object.fromEntries([...entered, ...given]) };
  const { mode } = await stat(file);
  await chmod(file, mode & 0o700);
  await writeWhole(file, `${JSON.stringify(whole, null, 2)}\n`);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
