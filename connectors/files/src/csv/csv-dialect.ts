/** How one CSV file is written (RFC 4180, with the deviations people meet). */
export interface CsvDialect {
  /** Text between two cells. Absent: a comma. */
  readonly delimiter?: string;
  /** Character around cells that hold a delimiter, a quote or a line break; inside it is doubled. Absent: `"`. `""`: quotes mean nothing. */
  readonly quote?: string;
  /** Absent: `utf-8`, with or without a byte order mark. */
  readonly encoding?: CsvEncoding;
}

export type CsvEncoding = "utf-8" | "windows-1252";

/** Characters that windows-1252 has where ISO 8859-1 has control codes (WHATWG Encoding, index windows-1252). */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const DIFFERENT = /[\u0080-\u009f]/g;

/** Turns text that was decoded as ISO 8859-1 into what windows-1252 means. */
export function fromLatin1(text: string): string {
  return text.replace(DIFFERENT, (char) => WINDOWS_1252[char.charCodeAt(0) - 0x80] ?? char);
}
