import { type Canary, MARKER } from "./ledger.ts";

/** A secret that was seen. */
export interface Sighting {
  readonly place: string;
  readonly canary: string;
  readonly around: string;
}

/** Everything that somebody may look at, by where. */
export class Places {
  readonly #texts = new Map<string, string[]>();

  add(place: string, ...texts: readonly string[]): void {
    this.#texts.set(place, [...(this.#texts.get(place) ?? []), ...texts]);
  }

  get bytes(): number {
    return [...this.#texts.values()].flat().reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  }

  /** Bytes of each place, for the report. */
  get sizes(): { readonly [place: string]: number } {
    return Object.fromEntries([...this.#texts].map(([place, texts]) => [place, Buffer.byteLength(texts.join(""))]));
  }

  has(text: string): readonly string[] {
    return [...this.#texts].flatMap(([place, texts]) => (texts.some((each) => each.includes(text)) ? [place] : []));
  }

  search(canaries: readonly Canary[]): readonly Sighting[] {
    return [...this.#texts].flatMap(([place, texts]) => sightings(place, texts.join("\n\u0000\n"), canaries));
  }
}

/**
 * Looks for canaries in a text: as they are, in base64 and base64url at every alignment, in hex, behind JSON's escapes, and across line
 * breaks. A canary's core alone is enough, so what cut or decorated the secret does not hide it.
 */
export function sightings(place: string, text: string, canaries: readonly Canary[]): readonly Sighting[] {
  const unmarked = canaries.filter(({ isMarked }) => !isMarked);
  const names = Map.groupBy(
    unmarked.flatMap(({ core, name }) => formsOf(core).map((form) => ({ form, name }))),
    ({ form }) => form.slice(0, HEAD),
  );
  const marks = formsOf(MARKER).filter((form) => form.length >= MARKER.length);
  return readings(text).flatMap((reading) => [
    ...marks.flatMap((mark) => occurrences(place, reading, mark, (at) => namedAt(reading, at, mark, canaries))),
    ...(names.size === 0 ? [] : headed(place, reading, names)),
  ]);
}

/** Letters that a form is told by. */
const HEAD = 12;

/** Places where one of the forms stands: found by their first letters, all of them in one pass. */
function headed(place: string, text: string, names: ReadonlyMap<string, readonly Form[]>): readonly Sighting[] {
  const heads = new RegExp([...names.keys()].map((head) => head.replaceAll(/[^A-Za-z0-9]/g, "\\$&")).join("|"), "g");
  return [...text.matchAll(heads)].flatMap(({ index, 0: head }) => {
    const found = (names.get(head) ?? []).find(({ form }) => text.startsWith(form, index));
    return found === undefined ? [] : [{ place, canary: found.name, around: text.slice(Math.max(0, index - 120), index + 120) }];
  });
}

interface Form {
  readonly form: string;
  readonly name: string;
}

/** A text as it is, in one line, and without escapes. */
function readings(text: string): readonly string[] {
  const inOne = text.replaceAll(/(?:\\+[rn]|\s)+/g, "");
  const unfolded = /=(?:\s|\\+[rn])/.test(text) ? text.replaceAll(/(?:=?(?:\\+[rn]|\s))+/g, "") : text;
  const escaped = /\\u00[0-7][0-9a-f]/i.test(text);
  const unescaped = escaped
    ? text.replaceAll(/\\+u(00[0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text;
  return [...new Set([text, inOne, unfolded, unescaped])];
}

function occurrences(place: string, text: string, form: string, name: (at: number) => string): readonly Sighting[] {
  const found: Sighting[] = [];
  for (let at = text.indexOf(form); at >= 0 && found.length < 5; at = text.indexOf(form, at + form.length))
    found.push({ place, canary: name(at), around: text.slice(Math.max(0, at - 120), at + 120) });
  return found;
}

function namedAt(text: string, at: number, mark: string, canaries: readonly Canary[]): string {
  if (mark !== MARKER) return `a marker as ${mark}`;
  const core = text.slice(at, at + MARKER.length + 3);
  return canaries.find((canary) => canary.core.startsWith(core))?.name ?? `a part: ${core}`;
}

/** The forms of a text of which every encoder's output holds one, whatever stands before and after it. */
export function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text, "utf8");
  const hex = bytes.toString("hex");
  const aligned = (["base64", "base64url"] as const).flatMap((encoding) =>
    [0, 1, 2].map((lead) => {
      const encoded = Buffer.concat([Buffer.alloc(lead), bytes])
        .toString(encoding)
        .replaceAll("=", "");
      return encoded.slice(lead === 0 ? 0 : lead + 1, Math.floor(((lead + bytes.length) * 8) / 6));
    }),
  );
  return [...new Set([text, hex, hex.toUpperCase(), ...aligned])];
}
