/** Gives every wanted name once; a name that is taken gets a number. */
export interface UniqueNames {
  take(wanted: string): string;
  has(name: string): boolean;
}

/** Names of which `taken` are gone already. */
export function createUniqueNames(taken: Iterable<string> = []): UniqueNames {
  const names = new Set(taken);
  const next = new Map<string, number>();
  return {
    has: (name) => names.has(name),
    take(wanted) {
      let name = wanted;
      for (let count = next.get(wanted) ?? 2; names.has(name); count += 1) {
        name = `${wanted}${count}`;
        next.set(wanted, count + 1);
      }
      names.add(name);
      return name;
    },
  };
}
