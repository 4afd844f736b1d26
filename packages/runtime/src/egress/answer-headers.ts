import type { IncomingHttpHeaders } from "node:http";

/** Fields of one value, of which the first counts where a server repeats them; the others are lists. */
const SINGLE = new Set([
  "age",
  "content-encoding",
  "content-length",
  "content-location",
  "content-type",
  "date",
  "etag",
  "expires",
  "last-modified",
  "location",
  "retry-after",
  "server",
]);

/** Headers by lower-case name, repeated ones joined by `, ` (RFC 9110 §5.3), and how many bytes they are. */
export function joinHeaders(headers: IncomingHttpHeaders): {
  readonly joined: { readonly [name: string]: string };
  readonly bytes: number;
} {
  const joined: { [name: string]: string } = {};
  let bytes = 0;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    const text = Array.isArray(value) ? (SINGLE.has(name) ? (value[0] ?? "") : value.join(", ")) : value;
    joined[name] = text;
    bytes += name.length + text.length;
  }
  return { joined, bytes };
}
