/** A part of a text that may be base64 or hex. */
export interface EncodedRun {
  readonly from: number;
  readonly to: number;
  /** What it may say: one reading for each character that it may begin at, as what stands before may be of the same letters. */
  readonly decoded: () => readonly string[];
}

const MIN_RUN_LENGTH = 11;
/**
 * Letters of base64 and base64url (RFC 4648 §4 and §5), the three that are escaped in URLs and JSON in those ways as well. Here as in all
 * patterns of this folder nothing repeats without an end in front of something that may be missing: that would take the square of the time.
 */
const RUN = /(?:[A-Za-z0-9+/_-]|\\{1,8}\/|%(?:25){0,4}2[BbFf]){11,}(?:=|%(?:25){0,4}3[Dd]){0,2}/g;

/** The parts of a text that may be base64 or hex. */
export function encodedRuns(text: string): readonly EncodedRun[] {
  return [...text.matchAll(RUN)].map(({ index, 0: run }) => ({
    from: index,
    to: index + run.length,
    decoded: () => readings(run),
  }));
}

function readings(run: string): readonly string[] {
  const letters = run
    .replaceAll(/%(?:25){0,4}2[Bb]/g, "+")
    .replaceAll(/%(?:25){0,4}2[Ff]|\\{1,8}\//g, "/")
    .replaceAll(/%(?:25){0,4}3[Dd]|=/g, "");
  if (letters.length < MIN_RUN_LENGTH) return [];
  const base64 = [0, 1, 2, 3].map((skipped) => Buffer.from(letters.slice(skipped), "base64").toString("utf8"));
  return [...base64, ...hexadecimal(letters)];
}

/** The longest part of hex in it, from both of its first digits on. */
function hexadecimal(letters: string): readonly string[] {
  const parts = letters.match(/[0-9A-Fa-f]{16,}/g) ?? [];
  return parts.flatMap((part) => [part, part.slice(1)].map((digits) => Buffer.from(digits, "hex").toString("utf8")));
}
