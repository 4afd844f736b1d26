import { bytes, written } from "./bytes.ts";
import { HostRefusal } from "./host-refusal.ts";

/** `base64(data)` (RFC 4648 §4). */
export const base64 = ([data]: readonly unknown[]): string => written(bytes(data), "base64");
/** `base64url(data)` without padding (RFC 4648 §5). */
export const base64url = ([data]: readonly unknown[]): string => written(bytes(data), "base64url");
/** `hex(data)`, lower case. */
export const hex = ([data]: readonly unknown[]): string => written(bytes(data), "hex");

/** `utf8(data)`: the text that the bytes are. */
export function utf8([data]: readonly unknown[]): string {
  const found = bytes(data);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(found);
  } catch {
    throw new HostRefusal("UTF8");
  }
}
