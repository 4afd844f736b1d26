/** Shortest secret that is searched for in data: shorter ones are too likely to be ordinary text. */
export const MIN_SECRET_LENGTH = 8;
/** Shortest run of letters and digits that tells whether a longer look is worth it. */
const MIN_ANCHOR_LENGTH = 6;
/** More of it tells no more. */
const MAX_ANCHOR_LENGTH = 48;

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
  return { pattern: () => (isLoose(secret) ? written(secret) : spelled(secret)), anchors: anchorsOf(secret) };
}

/** The longest run of letters and digits: it stays as it is in whatever is escaped, and so do its own encodings, once and twice over. */
function anchorsOf(secret: string): readonly string[] | undefined {
  const run = (secret.match(/[A-Za-z0-9]+/g) ?? []).reduce(
    (longest, each) => (each.length > longest.length ? each : longest),
    "",
  );
  if (run.length < MIN_ANCHOR_LENGTH) return undefined;
  const anchor = run.slice(0, MAX_ANCHOR_LENGTH);
  const once = aligned(anchor);
  const hex = Buffer.from(anchor, "utf8").toString("hex");
  return [...new Set([anchor, ...once, ...once.flatMap(aligned), hex, hex.toUpperCase()])];
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

/** Characters that are written in ways which run into each other. */
const LOOSE = /[\\&%+\s]/g;
const MOST_LOOSE = 6;
/** More than that no token has; each is looked for in its escapes. */
const MOST_SIGNS = 80;

/**
 * Whether a secret has so many of them that a text which nearly matches could be read in more ways than there is time for: nobody's password, but
 * whoever chooses a secret and sends a text could keep the process busy with it.
 */
function isLoose(secret: string): boolean {
  if ((secret.match(LOOSE) ?? []).length > MOST_LOOSE) return true;
  // One sign over and over, in a text that is nothing else.
  return /([^A-Za-z0-9])\1{15}/.test(secret) || (secret.match(/[^A-Za-z0-9]/g) ?? []).length > MOST_SIGNS;
}

/** A pattern of the spellings that programs write by themselves, each as a whole. */
function written(secret: string): string {
  const percent = encodeURIComponent(secret.toWellFormed());
  const form = new URLSearchParams({ s: secret }).toString().slice(2);
  const json = JSON.stringify(secret).slice(1, -1);
  const html = secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  const plain = [secret, secret.trim(), percent, form, json, json.replaceAll("/", "\\/"), html];
  const twice = [
    encodeURIComponent(percent),
    encodeURIComponent(form),
    JSON.stringify(json).slice(1, -1),
    encodeURIComponent(json),
  ];
  const lower = [percent, form].map((text) => text.replaceAll(/%[0-9A-F]{2}/g, (byte) => byte.toLowerCase()));
  const all = [...plain, ...twice, ...lower, encodeURI(secret.toWellFormed())];
  const known = all.filter(({ length }) => length >= MIN_SECRET_LENGTH);
  return [...new Set(known)]
    .toSorted((a, b) => b.length - a.length)
    .map(literally)
    .join("|");
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
  // Of an ampersand its bytes are in this already: two ways to the same would be tried for each of them.
  const itself = character === "&" ? [`${AMPERSAND}(?:amp${SEMICOLON}?){0,4}`] : [literally(character), bytes.join("")];
  const ways = [...itself, units.join(`${BACKSLASH}{1,8}`), reference, ...(character === " " ? ["\\+"] : [])];
  return `(?:${ways.join("|")})`;
}

const anyCase = (number: number, digits: number): string =>
  number
    .toString(16)
    .padStart(digits, "0")
    .replaceAll(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);

/** A pattern of a text itself. */
export const literally = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
