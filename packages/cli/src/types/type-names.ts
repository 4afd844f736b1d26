/** Hands out legal TypeScript names, each of them once; `createContact`, `create-contact` and `create_contact` want `CreateContact`. */
export class TypeNames {
  readonly #taken = new Set<string>();

  /** The name itself where it is free, else one with a number behind it. */
  take(wanted: string): string {
    const stem = typeName(wanted);
    let name = stem;
    for (let number = 2; this.#taken.has(name); number += 1) name = `${stem}N${number}`;
    this.#taken.add(name);
    return name;
  }
}

/**
 * A name in Pascal case, of ASCII letters and digits that starts with a letter. Accents go (`Café`: `Cafe`), a letter after a digit is a
 * capital; what has no letter at all becomes `Unnamed`.
 */
export function typeName(text: string): string {
  const plain = text.normalize("NFKD").replace(/\p{Mark}/gu, "");
  const words = plain.split(/[^A-Za-z0-9]+/).map((word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  const joined = words.join("").replace(/\d[a-z]/g, (pair) => pair.toUpperCase());
  if (joined === "") return "Unnamed";
  return /^[A-Z]/.test(joined) ? joined : `N${joined}`;
}
