import { encodedRuns } from "./encoded-runs.ts";
import { type Folded, foldedLines, hasFolds } from "./folded-lines.ts";
import { literally, MIN_SECRET_LENGTH, secretForms } from "./secret-forms.ts";
import { secretParts } from "./secret-parts.ts";

/**
 * Looks for secrets in texts: raw and in every mix of escapes, in base64 and hex of that, in base64 of base64, and across line breaks.
 *
 * Owns: what is compiled of the secrets.
 * Invariants:
 *   F1. A text that holds none of them costs one pass of a regular expression, and a second one where it has lines.
 *   F2. What is found in base64 or hex goes as a whole: what is around a secret there is of no use without it.
 */
export interface SecretSearch {
  /** The text with each secret replaced; the same text where there is none. */
  hide(text: string, by: string): string;
  /** Whether a number is one of the secrets. */
  isSecret(number: number): boolean;
}

type Range = readonly [from: number, to: number];

/** How often something is encoded that is still looked into. */
const MAX_DEPTH = 3;
/** Of texts that are longer only the first layer is taken off, as each costs several passes. */
const MAX_DEEP_LENGTH = 1_000_000;
const MAX_PIECE_LENGTH = 2_000;
const FEW_LOOKS = 100;
const FEW_LETTERS = 2_000;

/**
 * Compiles a search; what was compiled of single secrets is taken from `known` and kept there. Undefined: there is nothing to look for.
 */
export function secretSearch(
  secrets: readonly string[],
  known = new Map<string, CompiledSecret | undefined>(),
): SecretSearch | undefined {
  const parts = [...new Set(secrets.flatMap(secretParts).flatMap(inPieces))];
  for (const part of parts) if (!known.has(part)) known.set(part, compiled(part));
  for (const part of known.keys()) if (!parts.includes(part)) known.delete(part);
  const all = [...known.values()].filter((secret) => secret !== undefined);
  if (all.length === 0) return undefined;
  const isAnchored = anchorTest(all);
  const digits = new Set(secrets.filter((secret) => secret.length >= MIN_SECRET_LENGTH && /^\d+$/.test(secret)));
  const mayHold = (text: string): boolean => text.length >= MIN_SECRET_LENGTH && isAnchored(text);

  const locate = (text: string, most: number): readonly Range[] => {
    if (!mayHold(text)) return [];
    const depth = text.length > MAX_DEEP_LENGTH ? Math.min(most, 1) : most;
    const here = all.filter(({ anchors }) => anchors === undefined || anchors.some((anchor) => text.includes(anchor)));
    const plain = here.flatMap((secret) =>
      [...text.matchAll(secret.pattern())].map(({ index, 0: match }): Range => [index, index + match.length]),
    );
    if (depth === 0) return plain;
    const encoded = encodedRuns(text).flatMap(({ from, to, decoded }): readonly Range[] =>
      decoded().some((inner) => locate(inner, depth - 1).length > 0) ? [[from, to]] : [],
    );
    return [...plain, ...encoded];
  };
  const locateFolded = ({ joined, placeOf }: Folded): readonly Range[] =>
    locate(joined, MAX_DEPTH)
      .toSorted(byStart)
      .map(([from, to]): Range => [placeOf(from), placeOf(to - 1) + 1]);

  return Object.freeze({
    hide: (text: string, by: string) => {
      if (text.length < MIN_SECRET_LENGTH || !(isAnchored(text) || hasFolds(text))) return text;
      const found = [...locate(text, MAX_DEPTH), ...foldedLines(text).flatMap(locateFolded)];
      return found.length === 0 ? text : without(text, found, by);
    },
    isSecret: (number: number) => digits.size > 0 && digits.has(String(number)),
  });
}

/** A long secret piece by piece: an expression of all of it may be larger than there can be, and the refusal would quote it. */
function inPieces(secret: string): readonly string[] {
  if (secret.length <= MAX_PIECE_LENGTH) return [secret];
  const starts = Array.from({ length: Math.ceil(secret.length / MAX_PIECE_LENGTH) }, (_, index) => index * MAX_PIECE_LENGTH);
  return starts.map((start) => secret.slice(start, start + MAX_PIECE_LENGTH));
}

/** One secret, ready to be searched for. */
export interface CompiledSecret {
  readonly anchors: readonly string[] | undefined;
  readonly pattern: () => RegExp;
}

function compiled(secret: string): CompiledSecret | undefined {
  const forms = secretForms(secret);
  if (forms === undefined) return undefined;
  let pattern: RegExp | undefined;
  return {
    anchors: forms.anchors,
    // Most secrets are never found anywhere, and a token lives for an hour: compiled when it is needed.
    pattern: () => {
      pattern ??= new RegExp(forms.pattern(), "g");
      return pattern;
    },
  };
}

/** Whether a text holds one of the anchors. What looks only a few times, as for one signature, is cheaper without an expression. */
function anchorTest(all: readonly CompiledSecret[]): (text: string) => boolean {
  const anchors = new Set<string>();
  for (const secret of all) {
    if (secret.anchors === undefined) return () => true;
    for (const anchor of secret.anchors) anchors.add(anchor);
  }
  const list = [...anchors];
  let looks = 0;
  let expression: RegExp | undefined;
  return (text) => {
    if (expression === undefined && (text.length > FEW_LETTERS || ++looks > FEW_LOOKS))
      expression = new RegExp(list.map(literally).join("|"));
    return expression === undefined ? list.some((anchor) => text.includes(anchor)) : expression.test(text);
  };
}

/** A text without ranges of it that may overlap. */
function without(text: string, ranges: readonly Range[], by: string): string {
  let shown = "";
  let from = 0;
  for (const [start, end] of ranges.toSorted(byStart)) {
    if (start >= from) shown += text.slice(from, start) + by;
    from = Math.max(from, end);
  }
  return shown + text.slice(from);
}

const byStart = ([a]: Range, [b]: Range): number => a - b;
