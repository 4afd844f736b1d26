import { createRegistry } from "@mortise/registry";
import { builtInConnectors } from "@mortise/server/connectors";

/** An operation of an installed connector by the name of its source and its id in another document, whose letters may be written otherwise. */
export function installedOperation(source: string | undefined, operationId: string) {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
  const registry = createRegistry(builtInConnectors);
  for (const { contract } of registry.list()) {
    if (source !== undefined && plain(source) !== plain(contract.name)) continue;
    const found = Object.entries(contract.operations).find(([name]) => plain(name) === plain(operationId));
    if (!found) continue;
    const { properties = {} } = found[1].input as { readonly properties?: object };
    return { use: `${contract.name}/${found[0]}`, inputs: Object.keys(properties) };
  }
  return undefined;
}
