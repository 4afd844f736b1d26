import { compileValue } from "@mortise/builders";
import { type Contract, type JsonSchema, joinPointer } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const hostSettings = defineCheck({
  id: "MC014",
  name: "host-settings",
  severity: "certification",
  title: "A host or subdomain that a person types is narrowed by its schema, and calls stay within declared hosts.",
  why: "Whoever can write `evil.example/` into a subdomain is sent the credential.",
  reading:
    'A setting is narrow with `pattern`, `enum`, `const` or a `format` for host names or URLs. `"*"` as host needs a scheme that names, in `requires`, the setting that says where calls go.',
  bad: { contract: { settings: { properties: { region: { enum: null } } } } },
  good: { contract: { settings: { properties: { region: { enum: null, pattern: "^[a-z]{2}$" } } } } },
  adopts: ({ message }) =>
    message.includes("decides which host is called") || message.includes("sends its credential to any host"),
  run: ({ contract }) =>
    Object.entries(contract.operations).flatMap(([name, { request }]) =>
      request === undefined ? [] : hostFaults(contract, request.url, joinPointer("operations", name, "request", "url")),
    ),
});

/** Settings that stand in the host of an absolute URL with holes. */
function hostFaults({ settings }: Contract, url: unknown, path: string): readonly Finding[] {
  const text = typeof url === "object" && url !== null && "$text" in url && typeof url.$text === "string" ? url.$text : "";
  const host = /^https?:\/\/([^/?#]*\$\{[^}]*\}[^/?#]*)/.exec(text)?.[1];
  if (host === undefined) return [];
  return compileValue({ $text: host }).reads.flatMap(([variable, key]): readonly Finding[] => {
    const schema = variable === "settings" && key !== undefined ? settings?.properties?.[key] : undefined;
    if (schema === undefined || isNarrow(schema)) return [];
    const message = `the setting "${key}" stands in the host and takes any text; narrow it by "pattern" or "enum"`;
    return [{ code: "UNSAFE_CONTRACT", path, message }];
  });
}

function isNarrow(schema: JsonSchema): boolean {
  if (typeof schema === "boolean") return false;
  return ["enum", "const", "pattern", "format"].some((key) => Object.hasOwn(schema, key));
}
