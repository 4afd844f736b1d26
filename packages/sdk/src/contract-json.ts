import type { Connector } from "./connector.ts";

/** The text of `contract.json`: two spaces, keys in the order of the vocabulary, a newline at the end; the same connector always gives the same text. */
export function contractJson(connector: Connector): string {
  return `${JSON.stringify(connector.contract, null, 2)}\n`;
}
