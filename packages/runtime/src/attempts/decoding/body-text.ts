const UTF8 = new TextDecoder();

/** Bytes as text, without a byte order mark; a charset that is not known is read as UTF-8. */
export function bodyText(body: Buffer, charset: string | undefined): string {
  if (charset === undefined || charset === "utf-8") return UTF8.decode(body);
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return UTF8.decode(body);
  }
}
