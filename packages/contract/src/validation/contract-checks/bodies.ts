import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, asObject, entriesOf, type Loose } from "../loose.ts";
import { problem } from "../problem.ts";

const KINDS = ["request", "code", "native"] as const;

/** How an operation is done: one kind of body, a request that HTTP allows, and a way out that the contract declares. */
export function checkBodies(contract: Loose): readonly Diagnostic[] {
  const silent = Array.isArray(contract.hosts) && contract.hosts.length === 0;
  return entriesOf(contract.operations).flatMap(([name, operation]) => {
    const at = joinPointer("operations", name);
    const kinds = KINDS.filter((kind) => operation[kind] !== undefined);
    return [
      ...(kinds.length === 0 ? [problem("MISSING_KEY", at, "has no body: give it one of request, code, native")] : []),
      ...kinds
        .slice(1)
        .map((kind) => problem("INVALID_VALUE", `${at}/${kind}`, `is a second body next to ${kinds[0]}; exactly one is allowed`)),
      ...(operation.request === undefined ? [] : requestFaults(operation, asObject(operation.request), `${at}/request`)),
      ...(silent && operation.request !== undefined
        ? [problem("MISSING_KEY", "/hosts", `is empty, but operation "${name}" makes a request; declare where it may go`)]
        : []),
      ...(silent && asList(asObject(operation.native).uses).includes("network")
        ? [problem("MISSING_KEY", "/hosts", `is empty, but operation "${name}" uses the network; declare where it may go`)]
        : []),
    ];
  });
}

function requestFaults(operation: Loose, request: Loose, at: string): readonly Diagnostic[] {
  const bodiless = request.method === "GET" || request.method === "HEAD";
  const empty = (path: string) => ({ fix: { title: "Remove it.", patch: [{ op: "remove" as const, path }] } });
  return [
    ...(bodiless && request.body !== undefined
      ? [
          problem(
            "INVALID_VALUE",
            `${at}/body`,
            `a ${String(request.method)} request has no body (RFC 9110 §9.3)`,
            empty(`${at}/body`),
          ),
        ]
      : []),
    ...(request.bodyType !== undefined && request.body === undefined
      ? [problem("INVALID_VALUE", `${at}/bodyType`, "stands without a body", empty(`${at}/bodyType`))]
      : []),
    ...(bodiless && operation.effect !== undefined && operation.effect !== "read"
      ? [
          problem(
            "UNSAFE_CONTRACT",
            `${at}/method`,
            `effect ${String(operation.effect)} through ${String(request.method)}, which must change nothing (RFC 9110 §9.2.1)`,
          ),
        ]
      : []),
    ...(operation.effect === "read" && ["PUT", "PATCH", "DELETE"].includes(String(request.method))
      ? [
          problem(
            "UNSAFE_CONTRACT",
            `${at}/method`,
            `effect read through ${String(request.method)}, which changes things (RFC 9110 §9.3)`,
          ),
        ]
      : []),
  ];
}
