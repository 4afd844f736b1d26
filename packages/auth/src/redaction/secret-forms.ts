/** Shortest secret that is searched for in data: shorter ones are too likely to be ordinary text. */
export const MIN_SECRET_LENGTH = 8;

/**
 * The forms in which a secret may come back: raw, URL-encoded (with its spellings), as HTML, base64 and base64url (at each of the three
 * alignments, so that `user:secret` pairs are found too), hex in both cases, JSON-escaped with and without escaped slashes.
 */
export function secretForms(secret: string): readonly string[] {
  if (secret.length < MIN_SECRET_LENGTH || new Set(secret).size < 4) return [];
  const bytes = Buffer.from(secret, "utf8");
  const hex = bytes.toString("hex");
  const escaped = JSON.stringify(secret).slice(1, -1);
  const percent = encodeURIComponent(secret);
  const forms = new Set([
    secret,
    percent,
    percent.replaceAll("%20", "+"),
    percent.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()),
    encodeURIComponent(percent),
    encodeURI(secret),
    new URLSearchParams({ s: secret }).toString().slice(2),
    escaped,
    JSON.stringify(escaped).slice(1, -1),
    escaped.replaceAll("/", "\\/"),
    asHtml(secret, "&#39;"),
    asHtml(secret, "&#x27;"),
    hex,
    hex.toUpperCase(),
  ]);
  for (const encoding of ["base64", "base64url"] as const) {
    for (const form of aligned(bytes, encoding)) forms.add(form);
  }
  return [...forms].filter((form) => form.length >= MIN_SECRET_LENGTH);
}

function asHtml(text: string, apostrophe: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", apostrophe);
}

/** The characters of an encoded secret that do not depend on what stands before and after it, for each alignment. */
function aligned(bytes: Buffer, encoding: "base64" | "base64url"): string[] {
  return [0, 1, 2].map((lead) => {
    const text = Buffer.concat([Buffer.alloc(lead), bytes])
      .toString(encoding)
      .replaceAll("=", "");
    const start = lead === 0 ? 0 : lead + 1;
    const end = Math.floor(((lead + bytes.length) * 8) / 6);
    return text.slice(start, end);
  });
}
