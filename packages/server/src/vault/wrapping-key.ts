import { createHash, randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { MortiseError } from "@mortise/contract";
import type { WrappingKey } from "./envelope.ts";

/**
 * The deployment's key: from the environment variable `MORTISE_KEY` (32 bytes, base64), else from `<dataDir>/keys/local.key`, which is
 * made at the first start. Throws `MISCONFIGURED` for a key of another length and for a file that others can read.
 */
export function wrappingKey(
  dataDir: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): WrappingKey {
  if (env.MORTISE_KEY) return named(decode(env.MORTISE_KEY, "MORTISE_KEY"));
  if (dataDir === undefined) {
    throw new MortiseError("MISCONFIGURED", "There is no key to seal credentials with.", {
      remedy: "Set MORTISE_KEY to 32 random bytes in base64, the same in every process.",
    });
  }
  return named(keyFile(join(dataDir, "keys", "local.key")));
}

function keyFile(path: string): Buffer {
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    chmodSync(dirname(path), 0o700);
    writeFileSync(path, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600, flag: "wx" });
  }
  if (process.platform !== "win32" && (statSync(path).mode & 0o077) !== 0) {
    throw new MortiseError("MISCONFIGURED", `The key file ${path} can be read by others.`, { remedy: `Run: chmod 600 ${path}` });
  }
  return decode(readFileSync(path, "utf8"), path);
}

function decode(text: string, place: string): Buffer {
  const key = Buffer.from(text.trim(), "base64");
  if (key.length === 32) return key;
  throw new MortiseError("MISCONFIGURED", `${place} holds ${key.length} bytes, expected 32 in base64.`);
}

function named(key: Buffer): WrappingKey {
  return { id: createHash("sha256").update("mortise-kek").update(key).digest("hex").slice(0, 16), key };
}
