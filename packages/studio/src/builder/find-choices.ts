/** What a search looks at, the most telling first. */
export interface Searched {
  readonly title: string;
  readonly group: string;
  readonly use: string;
  readonly description: string;
}

/** The choices that hold every word, those first whose title is what was typed, begins with it or holds it. */
export function findChoices<C extends Searched>(choices: readonly C[], typed: string): readonly C[] {
  const words = typed.toLowerCase().trim();
  const parts = words.split(/\s+/);
  const found = choices.filter((choice) => {
    const text = `${choice.title} ${choice.group} ${choice.use} ${choice.description}`.toLowerCase();
    return parts.every((word) => text.includes(word));
  });
  return words === "" ? found : found.toSorted((a, b) => rank(a, words) - rank(b, words));
}

function rank({ title, group, use }: Searched, words: string): number {
  const name = title.toLowerCase();
  if (name === words) return 0;
  if (name.startsWith(words)) return 1;
  if (name.includes(words)) return 2;
  return `${group} ${use}`.toLowerCase().includes(words) ? 3 : 4;
}
