/** Percent-encodes everything but the unreserved characters of RFC 3986 §2.3. */
export function percentEncode(text: string): string {
  if (PLAIN.test(text)) return text;
  return encodeURIComponent(text.toWellFormed()).replaceAll(/[!'()*]/g, hex);
}

/**
 * The same, but reserved characters that have no meaning of their own in the place stay, and so do triplets that are percent-encoded
 * already (RFC 6570 §3.2.3). What would end the place or start another part of it is always encoded.
 */
export function percentEncodeSome(text: string, place: "path" | "query"): string {
  const kept = place === "path" ? /[:/@!$&'()*+,;=]|%[0-9A-Fa-f]{2}/g : /[:/?@!$'()*,;=]|%[0-9A-Fa-f]{2}/g;
  let encoded = "";
  let end = 0;
  for (const { 0: found, index } of text.matchAll(kept)) {
    encoded += percentEncode(text.slice(end, index)) + found;
    end = index + found.length;
  }
  return encoded + percentEncode(text.slice(end));
}

/** How `application/x-www-form-urlencoded` writes a name or a value (WHATWG URL §5.2). */
export function formEncode(text: string): string {
  return percentEncode(text).replaceAll("%20", "+").replaceAll("%2A", "*");
}

const PLAIN = /^[\w.~-]*$/;
const hex = (character: string): string => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
