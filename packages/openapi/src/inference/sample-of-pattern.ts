import { fitsSchema } from "@mortise/contract/validation";

const MAX_LENGTH = 500;

/**
 * A short text that a regular expression accepts: the least of every repeat, the first of every choice. Undefined for expressions that
 * look around or refer back, and where the text turns out not to match.
 */
export function sampleOfPattern(pattern: string): string | undefined {
  const reader = { text: pattern, at: 0 };
  try {
    const made = choice(reader);
    const isWhole = reader.at === pattern.length && made.length <= MAX_LENGTH;
    return isWhole && fitsSchema({ pattern }, made) === true ? made : undefined;
  } catch {
    return undefined;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

class Unknown extends Error {}

function choice(reader: Reader): string {
  const first = sequence(reader);
  while (reader.text[reader.at] === "|") {
    reader.at += 1;
    sequence(reader);
  }
  return first;
}

function sequence(reader: Reader): string {
  let made = "";
  while (reader.at < reader.text.length && reader.text[reader.at] !== "|" && reader.text[reader.at] !== ")") {
    const part = atom(reader);
    made += part.repeat(Math.min(repeats(reader, part), MAX_LENGTH));
    if (made.length > MAX_LENGTH) throw new Unknown();
  }
  return made;
}

function atom(reader: Reader): string {
  const letter = reader.text[reader.at] ?? "";
  reader.at += 1;
  if (letter === "^" || letter === "$") return "";
  if (letter === ".") return "a";
  if (letter === "[") return characterClass(reader);
  if (letter === "\\") return escaped(reader);
  if (letter !== "(") return letter;
  if (reader.text[reader.at] === "?") {
    const kind = /^\?(:|<[A-Za-z_]\w*>)/.exec(reader.text.slice(reader.at, reader.at + 40));
    if (kind === null) throw new Unknown();
    reader.at += kind[0].length;
  }
  const inner = choice(reader);
  reader.at += 1;
  return inner;
}

/** How often what was just read is to be repeated. */
function repeats(reader: Reader, part: string): number {
  const [whole, sign, least] = /^(?:([*+?])|\{(\d+)(?:,\d*)?\})\??/.exec(reader.text.slice(reader.at, reader.at + 30)) ?? [];
  if (whole === undefined) return 1;
  reader.at += whole.length;
  if (least !== undefined) return Number(least);
  return sign === "+" && part !== "" ? 1 : 0;
}

function characterClass(reader: Reader): string {
  const start = reader.at - 1;
  while (reader.at < reader.text.length && reader.text[reader.at] !== "]") reader.at += reader.text[reader.at] === "\\" ? 2 : 1;
  reader.at += 1;
  const source = reader.text.slice(start, reader.at);
  const matches = new RegExp(`^${source}$`, "u");
  const found = [...CANDIDATES].find((letter) => matches.test(letter));
  if (found === undefined) throw new Unknown();
  return found;
}

const CANDIDATES = "a0A1b2c-_ .:/@#+=,;!~%&*()[]{}<>?|'\"\\^$`";

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ["d", "1"],
  ["w", "a"],
  ["s", " "],
  ["S", "a"],
  ["D", "a"],
  ["W", "-"],
  ["b", ""],
  ["n", "\n"],
  ["t", "\t"],
  ["r", "\r"],
]);

function escaped(reader: Reader): string {
  const letter = reader.text[reader.at] ?? "";
  reader.at += 1;
  const known = ESCAPES.get(letter);
  if (known !== undefined) return known;
  const property = /^[pP]\{[^}]*\}/u.exec(reader.text.slice(reader.at - 1, reader.at + 60));
  if (property !== null) {
    reader.at += property[0].length - 1;
    const matches = new RegExp(`^\\${property[0]}$`, "u");
    return [...CANDIDATES].find((each) => matches.test(each)) ?? "é";
  }
  if (/[A-Za-z0-9]/.test(letter)) throw new Unknown();
  return letter;
}
