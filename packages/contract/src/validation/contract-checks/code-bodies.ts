import type { Diagnostic } from "../../diagnostic.ts";
import { asList, asObject, type Loose } from "../loose.ts";
import { problem, unknownReference } from "../problem.ts";

/** What the capabilities of an operation in code say that the rest of the contract does not bear out. */
export function codeFaults(contract: Loose, operation: Loose, at: string): readonly Diagnostic[] {
  const { entry, capabilities } = asObject(operation.code);
  const { http } = asObject(capabilities);
  return [
    ...(typeof entry === "string" && entry.split("/").some((part) => /^\.{1,2}$/.test(part))
      ? [problem("INVALID_VALUE", `${at}/entry`, "climbs with dots; it is a file in the connector's own folder")]
      : []),
    ...asList(http).flatMap((place, index) =>
      placeFaults(contract, operation, asObject(place), `${at}/capabilities/http/${index}`),
    ),
  ];
}

const WRITES = ["PUT", "PATCH", "DELETE"];

function placeFaults(contract: Loose, operation: Loose, place: Loose, at: string): readonly Diagnostic[] {
  const { host, methods, paths, auth } = place;
  const hosts = asList(contract.hosts).map(String);
  const writes = asList(methods)
    .map(String)
    .filter((method) => WRITES.includes(method));
  return [
    ...(typeof host === "string" && !hosts.includes(host) && !hosts.includes("*")
      ? [unknownReference(`${at}/host`, "entry of the contract's hosts", host, hosts)]
      : []),
    ...(operation.effect === "read" && writes.length > 0
      ? [
          problem(
            "UNSAFE_CONTRACT",
            `${at}/methods`,
            `effect read through ${writes.join(", ")}, which change things (RFC 9110 §9.3)`,
          ),
        ]
      : []),
    ...(auth === "connection" && host === "*"
      ? [
          problem(
            "UNSAFE_CONTRACT",
            `${at}/auth`,
            'is "connection" at any host: code could send the credential wherever it likes. Name the host, with {settings.…} holes where it is chosen',
          ),
        ]
      : []),
    ...(auth === "connection" && takesNoCredential(contract, operation)
      ? [problem("INVALID_VALUE", `${at}/auth`, 'is "connection", and the operation has no credential; write "none"')]
      : []),
    ...asList(paths).flatMap((path, index) => pathFaults(path, `${at}/paths/${index}`)),
  ];
}

const takesNoCredential = (contract: Loose, operation: Loose): boolean =>
  Object.keys(asObject(contract.auth)).length === 0 || (operation.auth !== undefined && asList(operation.auth).length === 0);

function pathFaults(path: unknown, at: string): readonly Diagnostic[] {
  if (typeof path !== "string") return [];
  const segments = path.split("/").slice(1);
  const wild = segments.some((segment, index) =>
    segment === "**" ? index < segments.length - 1 : segment.includes("*") && segment !== "*",
  );
  return wild
    ? [problem("INVALID_VALUE", at, "has a * that is no whole segment, or a ** that is not the last one: /v2/*/items, /v2/**")]
    : [];
}
