/** Percent-encoded but for what RFC 3986 §2.3 leaves free. */
export const strict = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
