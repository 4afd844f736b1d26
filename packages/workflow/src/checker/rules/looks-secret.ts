/** Shapes by which vendors make their secrets known, so that scanners find them. */
const SHAPES: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/, "a private key"],
  [/\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}/, "a signed token (JWT)"],
  [/\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/, "an AWS access key"],
  [/\bgh[pousr]_[A-Za-z0-9]{36,}\b|\bgithub_pat_\w{22,}/, "a GitHub token"],
  [/\bglpat-[\w-]{20,}/, "a GitLab token"],
  [/\bxox[abeoprs]-[\w-]{10,}/, "a Slack token"],
  [/\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}/, "a Stripe key"],
  [/\bwhsec_[A-Za-z0-9+/=]{16,}/, "a webhook secret"],
  [/\bAIza[\w-]{35}\b/, "a Google API key"],
  [/\bya29\.[\w-]{20,}/, "a Google access token"],
  [/\bsk-(?:ant-|proj-)?[\w-]{20,}/, "an API key"],
  [/\bSG\.[\w-]{16,}\.[\w-]{16,}/, "a SendGrid key"],
  [/\bnpm_[A-Za-z0-9]{36}\b/, "an npm token"],
  [/\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}\b/, "an Airtable token"],
  [/^(?:Bearer|Basic)\s+[\w+/=.~-]{16,}$/i, "a credential of a header"],
  [/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/:@]{4,}@/i, "a password in a URL"],
];

const SECRET_NAME =
  /(?:^|[_-])(?:passwords?|passwd|secret|api[_-]?key|private[_-]?key|access[_-]?key|auth[_-]?token|access[_-]?token|refresh[_-]?token|client[_-]?secret|credentials?)$/;

/** Bits a character of text that is random enough to be a secret: words have about 4 in long texts and less in short ones. */
const RANDOM_BITS = 3.5;
const SHORTEST_RANDOM = 20;

/** What a text looks like, by its shape or because it is as random as only keys are; undefined: nothing secret. Never the text itself. */
export function looksSecret(text: string): string | undefined {
  if (text.length < 12 || text.length > 20_000) return undefined;
  return SHAPES.find(([shape]) => shape.test(text))?.[1] ?? (isRandom(text) ? "a key: it is as random as one" : undefined);
}

/** Whether a field of this name holds a secret in this text. */
export function namesSecret(name: string, text: string): boolean {
  if (text.length < 6 || /\s/.test(text.trim())) return false;
  const spaced = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase();
  return SECRET_NAME.test(spaced);
}

/** Letters, digits and cases mixed, no words: what base64 or a generator makes. Identifiers (UUID) and digests in hex are no secrets. */
function isRandom(text: string): boolean {
  if (text.length < SHORTEST_RANDOM || text.length > 200 || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(text)) return false;
  if (!/[a-z]/.test(text) || !/[A-Z]/.test(text) || !/\d/.test(text)) return false;
  // A word is a run of small letters; a generated text has hardly any of four.
  const words = text.match(/[A-Z]?[a-z]{4,}/g)?.join("").length ?? 0;
  return words < text.length / 4 && entropy(text) >= RANDOM_BITS;
}

/** Shannon entropy, bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const each of text) counts.set(each, (counts.get(each) ?? 0) + 1);
  return [...counts.values()].reduce((bits, count) => bits - (count / text.length) * Math.log2(count / text.length), 0);
}
