/** Makes a value when it is first asked for, and the same one after that. */
export function onceFor<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
