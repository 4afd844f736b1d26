import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, asObject, entriesOf, type Loose } from "../loose.ts";
import { problem } from "../problem.ts";

const PAIRS = ["form", "spaceDelimited", "pipeDelimited", "tabDelimited", "deepObject"];
/** The styles that a place can be written in (OpenAPI 3.1 §4.8.12). */
const STYLES: { readonly [place: string]: readonly string[] } = Object.freeze({
  path: ["simple", "label", "matrix"],
  query: PAIRS,
  headers: ["simple"],
  cookies: ["form"],
  body: PAIRS,
});
const KNOWN = new Set(Object.values(STYLES).flat());
const UNPACKERS = ["gzip", "zip"];

/** Parameters are written in a style of their place, and only what unpacks is followed by another decoder. */
export function checkRequestStyles(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.operations).flatMap(([name, operation]) => {
    const request = asObject(operation.request);
    const at = joinPointer("operations", name, "request");
    return [
      ...Object.entries(STYLES).flatMap(([place, styles]) => styleFaults(asObject(request.styles)[place], styles, at, place)),
      ...decoderFaults(request.decode, `${at}/decode`),
    ];
  });
}

function styleFaults(given: unknown, styles: readonly string[], at: string, place: string): readonly Diagnostic[] {
  return entriesOf(given).flatMap(([name, { style }]) =>
    typeof style !== "string" || !KNOWN.has(style) || styles.includes(style)
      ? []
      : [
          problem(
            "INVALID_VALUE",
            `${at}${joinPointer("styles", place, name, "style")}`,
            `"${style}" is no style of ${place}; expected ${styles.join(", ")}`,
          ),
        ],
  );
}

function decoderFaults(decode: unknown, at: string): readonly Diagnostic[] {
  const names = asList(decode).map((decoder) =>
    typeof decoder === "string" ? decoder : (Object.keys(asObject(decoder))[0] ?? ""),
  );
  const file = names.indexOf("file");
  if (file > 0)
    return [problem("INVALID_VALUE", `${at}/${file}`, "a file is written as the bytes come; nothing can be before it")];
  return names.slice(0, -1).flatMap((name, index) => {
    return UNPACKERS.includes(name)
      ? []
      : [problem("INVALID_VALUE", `${at}/${index}`, `${name} is followed by another decoder; only gzip and zip can be`)];
  });
}
