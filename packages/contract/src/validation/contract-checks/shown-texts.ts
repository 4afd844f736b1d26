import type { Diagnostic, Severity } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem } from "../problem.ts";
import { partsOf } from "./auth-parts.ts";

/** Control characters but line feed and tab, and those that turn or part text (Unicode UAX #9 §2, category Zl and Zp). */
const ACTING = /(?![\n\t])\p{Cc}|[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\p{Zl}\p{Zp}\ufeff]/u;

/** Keys whose texts people read where they decide whether to trust a connector. */
const SHOWN: ReadonlySet<string> = new Set(["title", "publisher", "description"]);

/** What says who it is and what for; other texts are imported from documents of vendors, which have such letters by mistake. */
const IDENTITY = /^\/(?:title|publisher|auth\/.+)$/;

/** What people are shown is what is there: no text is turned around or hidden, and no permission is asked for behind the list of them. */
export function checkShownTexts(contract: Loose): readonly Diagnostic[] {
  const { examples: _, ...shown } = contract;
  return [
    ...textFaults(shown, ""),
    ...entriesOf(contract.auth).flatMap(([id, scheme]) =>
      partsOf(scheme, joinPointer("auth", id)).flatMap(([part, at]) => scopeFaults(part, at)),
    ),
  ];
}

function textFaults(value: unknown, at: string): readonly Diagnostic[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => textFaults(item, `${at}/${index}`));
  return Object.entries(asObject(value)).flatMap(([key, part]) => {
    const path = `${at}${joinPointer(key)}`;
    if (key === "examples" || key === "default" || key === "enum") return [];
    if (typeof part !== "string") return textFaults(part, path);
    return SHOWN.has(key) && ACTING.test(part) ? [acting(path, IDENTITY.test(path) ? "error" : "warning")] : [];
  });
}

function scopeFaults(part: Loose, at: string): readonly Diagnostic[] {
  const separator = typeof part.scopeSeparator === "string" ? part.scopeSeparator : " ";
  const named = Object.entries(asObject(part.scopes)).flatMap(([name, purpose]) => {
    const path = `${at}/scopes${joinPointer(name)}`;
    if (ACTING.test(name) || (typeof purpose === "string" && ACTING.test(purpose))) return [acting(path)];
    if (separator === "" || !name.includes(separator)) return [];
    return [problem("UNSAFE_CONTRACT", path, "is more than one permission; list them one by one, each with what it is for")];
  });
  const scope = own(part.authorizeParams, "scope");
  const isHidden = typeof scope === "string" && scope.replaceAll(/\{settings\.[A-Za-z0-9_]+\}/g, "").trim() !== "";
  if (!isHidden) return named;
  const message = `asks for permissions that nobody is shown; list them in "requiredScopes" and say what they are for in "scopes"`;
  return [...named, problem("UNSAFE_CONTRACT", `${at}/authorizeParams/scope`, message)];
}

const acting = (path: string, severity: Severity = "error"): Diagnostic =>
  problem("UNSAFE_CONTRACT", path, "has a character in it that hides, turns or parts text; people must see what is there", {
    severity,
  });
