/** Percent-encodes all but what RFC 3986 §2.3 leaves free, as UTF-8 and in upper case: what AWS and OAuth 1.0a (RFC 5849 §3.6) sign. */
export function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}
