/**
 * About how many bits of chance a text holds: its length times the entropy of its letters (Shannon). Zero for texts with spaces, for
 * words in small letters, and for what is shorter than 16.
 */
export function randomness(text: string): number {
  if (text.length < 16 || /\s/.test(text)) return 0;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/].filter((kind) => kind.test(text)).length;
  if (kinds < 2) return 0;
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  const total = [...text].length;
  let bits = 0;
  for (const count of counts.values()) bits -= (count / total) * Math.log2(count / total);
  return bits * total;
}
