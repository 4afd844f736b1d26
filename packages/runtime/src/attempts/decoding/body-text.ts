/** Bytes as text, without a byte order mark; a charset that is not known is read as UTF-8. */
export function bodyText(body: Buffer, charset: string | undefined): string {
  try {
    return new TextDecoder(charset ?? "utf-8").decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}
