import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem } from "../problem.ts";

const HOLES = ["{body}", "{timestamp}", "{id}", "{url}", "{form}"];

/** A polled trigger has a list to read, and what a delivery is signed over can be put together. */
export function checkTriggers(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.triggers).flatMap(([name, trigger]) => {
    const at = joinPointer("triggers", name);
    return [
      ...sourceFaults(contract, own(trigger.source, "operation"), `${at}/source/operation`),
      ...signatureFaults(asObject(trigger.signature), `${at}/signature`),
    ];
  });
}

function sourceFaults(contract: Loose, operation: unknown, at: string): readonly Diagnostic[] {
  const source = typeof operation === "string" ? own(contract.operations, operation) : undefined;
  if (source === undefined || own(source, "stream") !== undefined) return [];
  return [problem("INVALID_VALUE", at, `"${String(operation)}" gives no list ("stream"), so there are no events in it`)];
}

function signatureFaults({ algorithm, encoding, content, timestamp, idHeader }: Loose, at: string): readonly Diagnostic[] {
  if (encoding === "text" && algorithm !== "token")
    return [problem("INVALID_VALUE", `${at}/encoding`, `is how the secret itself is sent; ${String(algorithm)} gives bytes`)];
  if (typeof content !== "string") return [];
  const holes = [...content.matchAll(/\{[^{}]*\}/g)].map(([hole]) => hole);
  const unknown = holes.filter((hole) => !HOLES.includes(hole));
  return [
    ...unknown.map((hole) =>
      problem(
        "INVALID_VALUE",
        `${at}/content`,
        `the hole ${hole} is none of ${HOLES.slice(0, -1).join(", ")} and ${HOLES.at(-1)}`,
      ),
    ),
    ...(holes.includes("{body}") || holes.includes("{form}")
      ? []
      : [problem("UNSAFE_CONTRACT", `${at}/content`, "signs nothing of what is delivered, so any event could be put in")]),
    ...(holes.includes("{timestamp}") && timestamp === undefined
      ? [problem("MISSING_KEY", `${at}/timestamp`, "is required, as the time of sending is signed")]
      : []),
    ...(holes.includes("{id}") && idHeader === undefined
      ? [problem("MISSING_KEY", `${at}/idHeader`, "is required, as the delivery's id is signed")]
      : []),
  ];
}
