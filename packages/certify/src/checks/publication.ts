import { createHash } from "node:crypto";
import type { Contract } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";
import type { ConnectorFiles } from "../connector-files.ts";

export const publication = defineCheck({
  id: "MC043",
  name: "publication",
  severity: "certification",
  title: "Whoever installs a connector sees its licence, who answers for it, what the vendor does with data, and what changed.",
  why: "A connector without an owner is one that nobody mends; one without a privacy link cannot be approved.",
  reading:
    "The owner is the publisher. Of the provenance, what can be told offline is checked: that the digests in `dist/digest.json` are those of the files beside it, and that the contract in it is the one checked. The attestation itself is the registry's.",
  bad: { contract: { privacy: null } },
  good: { contract: { privacy: "https://acme.example/legal/privacy" } },
  run: ({ contract, files }) => [
    ...wordFaults(contract),
    ...changelogFaults(contract),
    ...(files === undefined ? [] : [...iconFaults(contract, files), ...digestFaults(files)]),
  ],
});

const WORDS = [
  ["license", "the licence, as an SPDX id such as Apache-2.0"],
  ["support", "where people ask: an address of mail or web"],
  ["privacy", "where the other system says what it does with data"],
  ["icon", "an SVG or PNG in the connector's folder"],
  ["description", "one sentence that says what it is for"],
] as const;

function wordFaults(contract: Contract): readonly Finding[] {
  const missing = WORDS.filter(([key]) => (contract[key] ?? "").trim() === "").map(
    ([key, what]): Finding => ({ code: "MISSING_KEY", path: `/${key}`, message: `is missing: ${what}` }),
  );
  const category: readonly Finding[] =
    (contract.categories ?? []).length > 0
      ? []
      : [{ code: "MISSING_KEY", path: "/categories", message: "is missing: at least one, such as crm, messaging, database" }];
  return [...missing, ...category];
}

function changelogFaults({ changelog = [], version }: Contract): readonly Finding[] {
  if (changelog.some((entry) => entry.version === version)) return [];
  return [{ code: "MISSING_KEY", path: "/changelog", message: `has no entry for this version, ${version}` }];
}

function iconFaults({ icon }: Contract, files: ConnectorFiles): readonly Finding[] {
  if (icon === undefined) return [];
  const content = files.get(icon.replace(/^\.\//, ""));
  const fault = (message: string): readonly Finding[] => [{ code: "INVALID_VALUE", path: "/icon", message }];
  if (content === undefined) return fault(`names "${icon}", which is not in the connector's folder`);
  if (icon.endsWith(".png")) return content.startsWith("\u0089PNG") ? [] : fault(`"${icon}" is no PNG`);
  if (!icon.endsWith(".svg")) return fault(`"${icon}" is neither an SVG nor a PNG`);
  if (!/<svg[\s>]/.test(content)) return fault(`"${icon}" is no SVG`);
  const active = /<script|<foreignObject|\son[a-z]+\s*=|javascript:|<!ENTITY|(?:href|src)\s*=\s*["'](?!#)/i.exec(content)?.[0];
  return active === undefined
    ? []
    : fault(`"${icon}" holds ${JSON.stringify(active.trim())}; an icon draws and does nothing else`);
}

function digestFaults(files: ConnectorFiles): readonly Finding[] {
  const text = files.get("dist/digest.json");
  if (text === undefined) return [];
  const listed = listedDigests(text);
  if (listed === undefined)
    return [{ code: "INVALID_DOCUMENT", path: "", file: "dist/digest.json", message: "dist/digest.json is no list of digests" }];
  return Object.entries(listed).flatMap(([name, digest]): readonly Finding[] => {
    const content = files.get(`dist/${name}`);
    const file = `dist/${name}`;
    if (content === undefined)
      return [{ code: "INVALID_DOCUMENT", path: "", file, message: `${file} is not there, though dist/digest.json lists it` }];
    const found = createHash("sha256").update(content, "utf8").digest("hex");
    return found === digest
      ? []
      : [{ code: "INVALID_DOCUMENT", path: "", file, message: `${file} is not what dist/digest.json says; build it anew` }];
  });
}

function listedDigests(text: string): { readonly [name: string]: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const listed = typeof value === "object" && value !== null && "files" in value ? value.files : undefined;
    return typeof listed === "object" && listed !== null ? (listed as { readonly [name: string]: unknown }) : undefined;
  } catch {
    return undefined;
  }
}
