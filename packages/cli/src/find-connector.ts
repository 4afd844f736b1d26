import { statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { MortiseError, nearest } from "@mortise/contract";
import { createRegistry } from "@mortise/registry";
import type { Connector } from "@mortise/sdk";
import { builtInConnectors } from "@mortise/server/connectors";
import { isConnectorFolder, loadConnectorFolder } from "./connector-folder.ts";
import { usage } from "./failure.ts";

/**
 * Finds a connector by registry name (`http`, `acme-crm@1`) or path. Throws `CONNECTOR_NOT_FOUND`, `USAGE` for a file, and what
 * `loadConnectorFolder` throws.
 */
export async function findConnector(reference: string): Promise<Connector> {
  if (isConnectorFolder(reference)) return await loadConnectorFolder(reference);
  const found = createRegistry(builtInConnectors).get(reference);
  if (found) return found;
  refuseFile(reference);
  const names = builtInConnectors.map(({ contract }) => contract.name);
  const suggestion = nearest(reference.split("@")[0] ?? reference, names);
  throw new MortiseError(
    "CONNECTOR_NOT_FOUND",
    `No connector "${reference}" is installed, and no folder of that name holds one.`,
    {
      remedy: suggestion
        ? `Did you mean "${suggestion}"? Installed: ${names.join(", ")}.`
        : `Installed: ${names.join(", ")}. Or give the path of a connector folder.`,
    },
  );
}

function refuseFile(reference: string): void {
  if (!statSync(reference, { throwIfNoEntry: false })?.isFile()) return;
  const isContract = basename(reference) === "contract.json";
  throw usage(
    `${reference} is a file; a connector is a folder.`,
    isContract ? `Give its folder: ${dirname(reference)}` : "Give the folder that holds its contract.json.",
  );
}

/** Splits `CONNECTOR/OPERATION`, where the connector may be a path, and finds it. Throws `USAGE`, `CONNECTOR_NOT_FOUND`, `UNKNOWN_OPERATION`. */
export async function findOperation(reference: string): Promise<{ readonly connector: Connector; readonly operation: string }> {
  const cut = reference.lastIndexOf("/");
  if (cut <= 0)
    throw new MortiseError("USAGE", `"${reference}" is not of the form CONNECTOR/OPERATION.`, {
      remedy: 'For example: mortise call http/get --input \'{"url":"https://example.com"}\'',
    });
  const connector = await findConnector(reference.slice(0, cut));
  const operation = reference.slice(cut + 1);
  if (Object.hasOwn(connector.contract.operations, operation)) return { connector, operation };
  const names = Object.keys(connector.contract.operations);
  const suggestion = nearest(operation, names);
  throw new MortiseError("UNKNOWN_OPERATION", `${connector.contract.name} has no operation "${operation}".`, {
    remedy: suggestion ? `Did you mean "${suggestion}"? It has: ${names.join(", ")}.` : `It has: ${names.join(", ")}.`,
  });
}
