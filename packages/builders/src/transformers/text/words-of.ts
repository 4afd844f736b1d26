/** The words of a text or a name: `leadScore`, `lead_score`, `Lead score` are all `lead` and `score`. Linear in the text. */
export function wordsOf(text: string): readonly string[] {
  return text.match(/\p{Lu}+(?!\p{Ll})|\p{Lu}?[\p{Ll}\p{M}]+|[\p{Lo}\p{Lt}\p{Lm}]+|\p{N}+/gu) ?? [];
}
