import { HostRefusal } from "./host-refusal.ts";

const HEX = /^(?:[0-9a-f]{2})*$/i;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const BASE64URL = /^[A-Za-z0-9_-]*={0,2}$/;

/** Reads bytes as the guest writes them: a text stands for its UTF-8; `{ base64 }`, `{ base64url }`, `{ hex }` for themselves. */
export function bytes(value: unknown): Buffer {
  if (typeof value === "string") return Buffer.from(value, "utf8");
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const entries = Object.entries(value);
    const [name, text] = entries[0] ?? [];
    if (entries.length === 1 && typeof text === "string") {
      if (name === "hex" && HEX.test(text)) return Buffer.from(text, "hex");
      if (name === "base64" && BASE64.test(text)) return Buffer.from(text, "base64");
      if (name === "base64url" && BASE64URL.test(text)) return Buffer.from(text, "base64url");
    }
  }
  throw new HostRefusal("BYTES");
}

/** Writes bytes for the guest. Absent encoding: hex. */
export function written(result: Buffer, encoding: unknown): string {
  if (encoding === undefined || encoding === null || encoding === "hex") return result.toString("hex");
  if (encoding === "base64" || encoding === "base64url") return result.toString(encoding);
  throw new HostRefusal("ENCODING");
}
