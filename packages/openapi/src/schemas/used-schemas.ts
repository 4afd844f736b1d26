import { type JsonSchema, type Operation, sharedNames } from "@mortise/contract";

/** The shared schemas that operations lead to, directly or through others. */
export function usedSchemas(
  operations: Iterable<Operation>,
  shared: { readonly [name: string]: JsonSchema },
): { readonly [name: string]: JsonSchema } {
  const used = new Set<string>();
  const open: string[] = [];
  for (const { input, output } of operations) open.push(...sharedNames(input), ...sharedNames(output));
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const schema = shared[name];
    if (used.has(name) || schema === undefined) continue;
    used.add(name);
    open.push(...sharedNames(schema));
  }
  return Object.fromEntries(Object.entries(shared).filter(([name]) => used.has(name)));
}
