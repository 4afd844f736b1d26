/** Shortest secret that is searched for in data: shorter ones are too likely to be ordinary text. */
export const MIN_SECRET_LENGTH = 8;
/** Shortest run of letters and digits that tells whether a longer look is worth it. */
const MIN_ANCHOR_LENGTH = 6;

/** What a secret is searched by. */
export interface SecretForms {
  /** A regular expression that matches it raw and in every mix of escapes. */
  readonly pattern: () => string;
  /**
   * Texts of which every form holds one, in base64 and hex as well, where lines are joined. Undefined: there are none, so that each text
   * must be looked at closely.
   */
  readonly anchors: readonly string[] | undefined;
}

/**
 * The forms in which a secret may come back as text: raw; URL-encoded, as a path, a query or a form; as JSON, with and without escaped
 * slashes; as HTML with named and numeric references; each of them more than once, and one inside of another. Undefined: it is too short or
 * too monotonous to be told from ordinary text.
 */
export function secretForms(secret: string): SecretForms | undefined {
  if (secret.length < MIN_SECRET_LENGTH || new Set(secret).size < 4) return undefined;
  return { pattern: () => spelled(secret), anchors: anchorsOf(secret) };
}

/** The longest run of letters and digits: it stays as it is in whatever is escaped, and so do its own encodings, once and twice over. */
function anchorsOf(secret: string): readonly string[] | undefined {
  const run = (secret.match(/[A-Za-z0-9]+/g) ?? []).reduce(
    (longest, each) => (each.length > longest.length ? each : longest),
    "",
  );
  if (run.length < MIN_ANCHOR_LENGTH) return undefined;
  const once = aligned(run);
  const hex = Buffer.from(run, "utf8").toString("hex");
  return [...new Set([run, ...once, ...once.flatMap(aligned), hex, hex.toUpperCase()])];
}

/** The characters of a text in base64 that do not depend on what stands before and after it, for each alignment. */
function aligned(text: string): readonly string[] {
  const bytes = Buffer.from(text, "utf8");
  return [0, 1, 2].map((lead) => {
    const encoded = Buffer.concat([Buffer.alloc(lead), bytes]).toString("base64");
    const start = lead === 0 ? 0 : lead + 1;
    return encoded.slice(start, Math.floor(((lead + bytes.length) * 8) / 6));
  });
}

/** A line break in any of the ways in which one is written. A plus is one only where the secret has none: else both would take the same. */
const lineBreak = (isForm: boolean): string =>
  String.raw`(?:\s|\\{1,8}[nrt]${isForm ? String.raw`|\+` : ""}|%(?:25){0,4}(?:0[AaDd9]|20)|&#(?:10|13|[xX]0?[AaDd]);){0,20}`;
const BACKSLASH = String.raw`(?:\\|%(?:25){0,4}5[Cc]|&#92;|&#[xX]5[Cc];)`;
const MOST_BACKSLASHES = 64;
const AMPERSAND = "(?:&|%(?:25){0,4}26)";
const SEMICOLON = "(?:;|%(?:25){0,4}3[Bb])";
const NUMBER_SIGN = "(?:#|%(?:25){0,4}23)";
const NAMED: { readonly [character: string]: string } = { '"': "quot", "'": "apos", "<": "lt", ">": "gt" };

/**
 * A pattern of a text in all mixes of escapes; letters and digits stand for themselves. What may repeat never stands beside something else that
 * takes the same: a text that nearly matches would be tried in each of the ways to part it.
 */
function spelled(text: string): string {
  const wanted = lineBreak(!text.includes("+"));
  return text
    .trim()
    .split(/(\\+(?:[^A-Za-z0-9\r\n\\])?|\s*[\r\n]\s*|[^A-Za-z0-9])/u)
    .map((part) => (/^[A-Za-z0-9]*$/.test(part) ? part : /^\s*[\r\n]/.test(part) ? wanted : spelledSign(part)))
    .join("");
}

/** Backslashes with the sign behind them, or that sign alone. */
function spelledSign(part: string): string {
  const character = part.replace(/^\\+/, "");
  const backslashes = part.length - character.length;
  const least = backslashes === 0 ? 0 : 1;
  const most = Math.min(16 * (backslashes + 1), MOST_BACKSLASHES);
  return `${BACKSLASH}{${least},${most}}${character === "" ? "" : spelledCharacter(character)}`;
}

/** A character that is no letter, no digit and no backslash, without the backslashes before it. */
function spelledCharacter(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const bytes = [...Buffer.from(character.toWellFormed(), "utf8")].map((byte) => `%(?:25){0,4}${anyCase(byte, 2)}`);
  const units = [...Array(character.length).keys()].map((at) => `u${anyCase(character.charCodeAt(at), 4)}`);
  const named = NAMED[character] === undefined ? "" : `|${NAMED[character]}`;
  const reference = `${AMPERSAND}(?:amp${SEMICOLON}){0,4}(?:${NUMBER_SIGN}(?:0{0,6}${point}|[xX]0{0,6}${anyCase(point, 1)})${named})${SEMICOLON}?`;
  const itself = character === "&" ? `${AMPERSAND}(?:amp${SEMICOLON}?){0,4}` : literally(character);
  const ways = [itself, bytes.join(""), units.join(`${BACKSLASH}{1,8}`), reference, ...(character === " " ? ["\\+"] : [])];
  return `(?:${ways.join("|")})`;
}

const anyCase = (number: number, digits: number): string =>
  number
    .toString(16)
    .padStart(digits, "0")
    .replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** A pattern of a text itself. */
export const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
