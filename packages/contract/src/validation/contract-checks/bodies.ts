import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem, unknownReference } from "../problem.ts";
import { codeFaults } from "./code-bodies.ts";

const KINDS = ["request", "searchOrCreate", "code", "native"] as const;

/** How an operation is done: one kind of body, a request that HTTP allows, and a way out that the contract declares. */
export function checkBodies(contract: Loose): readonly Diagnostic[] {
  const silent = Array.isArray(contract.hosts) && contract.hosts.length === 0;
  return entriesOf(contract.operations).flatMap(([name, operation]) => {
    const at = joinPointer("operations", name);
    const kinds = KINDS.filter((kind) => operation[kind] !== undefined);
    return [
      ...(kinds.length === 0
        ? [problem("MISSING_KEY", at, "has no body: give it one of request, searchOrCreate, code, native")]
        : []),
      ...kinds
        .slice(1)
        .map((kind) => problem("INVALID_VALUE", `${at}/${kind}`, `is a second body next to ${kinds[0]}; exactly one is allowed`)),
      ...(operation.request === undefined ? [] : requestFaults(operation, asObject(operation.request), `${at}/request`)),
      ...(operation.code === undefined ? [] : codeFaults(contract, operation, `${at}/code`)),
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
  const bodiless = ["GET", "HEAD", "TRACE"].includes(String(request.method));
  const safe = bodiless || request.method === "OPTIONS";
  const writesFile = asObject(request.decode).file !== undefined;
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
    ...["contentType", "xml"].flatMap((key) =>
      request[key] !== undefined && request.body === undefined
        ? [problem("INVALID_VALUE", `${at}/${key}`, "stands without a body", empty(`${at}/${key}`))]
        : [],
    ),
    ...(request.bodyType === "xml" && request.xml === undefined
      ? [problem("MISSING_KEY", `${at}/xml`, 'is required with bodyType "xml": the name of the root element')]
      : []),
    ...fileFaults(request, at),
    ...holeFaults(request, at),
    ...(writesFile && operation.effect === "read"
      ? [problem("UNSAFE_CONTRACT", `${at}/decode`, "an answer that goes to a file is no read: the effect is update")]
      : []),
    ...(safe && !writesFile && operation.effect !== undefined && operation.effect !== "read"
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

/** Files go where bytes do, and nowhere that data decides. */
function fileFaults({ fromFiles, bodyType, styles }: Loose, at: string): readonly Diagnostic[] {
  if (fromFiles !== true || bodyType === "binary") return [];
  if (bodyType !== "multipart")
    return [problem("INVALID_VALUE", `${at}/fromFiles`, 'is for a body of bodyType "binary" or "multipart", said as a word')];
  if (entriesOf(asObject(styles).body).some(([, style]) => style.file === true)) return [];
  return [problem("INVALID_VALUE", `${at}/fromFiles`, "needs a part that is a file: styles.body.<part>.file is true")];
}

/** The holes in the literal text of a URL and the values for them are the same. */
function holeFaults({ url, path }: Loose, at: string): readonly Diagnostic[] {
  if (path === undefined) return [];
  const text = typeof url === "string" ? url : own(url, "$text");
  if (typeof text !== "string")
    return [problem("INVALID_VALUE", `${at}/path`, "fills the {holes} of a URL's text, and this one is computed as a whole")];
  const holes = [...withoutExpressions(text).matchAll(/\{([^{}]+)\}/g)].map(([, hole = ""]) => hole);
  const given = Object.keys(asObject(path));
  return [
    ...holes
      .filter((hole) => !given.includes(hole))
      .map((hole) => problem("MISSING_KEY", `${at}/path${joinPointer(hole)}`, `is required: the URL has a hole {${hole}}`)),
    ...given
      .filter((name) => !holes.includes(name))
      .map((name) => unknownReference(`${at}/path${joinPointer(name)}`, "hole of the URL", name, holes)),
  ];
}

/** A text without its `${…}`, which may hold braces themselves. */
function withoutExpressions(text: string): string {
  let kept = "";
  let depth = 0;
  for (const piece of text.split(/(\$\{|[{}])/)) {
    if (depth > 0) depth += piece.endsWith("{") ? 1 : piece === "}" ? -1 : 0;
    else if (piece === "${") depth = 1;
    else kept += piece;
  }
  return kept;
}
