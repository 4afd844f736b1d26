import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem, unknownReference } from "../problem.ts";

/** A credential can be proven right, goes to known places only, and refers to settings that exist. */
export function checkAuth(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.auth).flatMap(([id, scheme]) => [
    ...testFaults(scheme, joinPointer("auth", id, "test")),
    ...requiredFaults(contract, scheme, joinPointer("auth", id)),
    ...["name", "prefix"].flatMap((part) => holeFaults(contract, scheme[part], joinPointer("auth", id, part))),
  ]);
}

/** Without a test, a connection only fails when a workflow runs. */
function testFaults({ kind, test }: Loose, path: string): readonly Diagnostic[] {
  if (test !== undefined || kind === "none" || kind === undefined) return [];
  return [
    problem("MISSING_KEY", path, "is missing, so nobody can tell whether a connection works before it is used", {
      severity: "warning",
    }),
  ];
}

/** A request that carries a credential to wherever the input says gives it away. */
function requiredFaults(contract: Loose, { kind, requires }: Loose, path: string): readonly Diagnostic[] {
  const settings = Object.keys(asObject(own(contract.settings, "properties")));
  const unknown = asList(requires).flatMap((name, index) =>
    typeof name !== "string" || settings.includes(name)
      ? []
      : [unknownReference(`${path}/requires/${index}`, "setting", name, settings)],
  );
  const carried = kind === "apiKey" || kind === "basic" || kind === "bearer";
  if (!carried || requires !== undefined || !asList(contract.hosts).includes("*")) return unknown;
  const message = `sends its credential to any host; list the hosts, or name in "requires" the setting that says where calls go`;
  return [...unknown, problem("UNSAFE_CONTRACT", path, message, { severity: "warning" })];
}

function holeFaults(contract: Loose, template: unknown, path: string): readonly Diagnostic[] {
  if (typeof template !== "string") return [];
  const settings = Object.keys(asObject(own(contract.settings, "properties")));
  return [...template.matchAll(/\{([^{}]*)\}/g)].flatMap(([, hole = ""]) => {
    const name = /^settings\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(hole)?.[1];
    if (name === undefined)
      return [problem("INVALID_VALUE", path, `the hole {${hole}} is not a setting: only {settings.name} may stand here`)];
    return settings.includes(name) ? [] : [unknownReference(path, "setting", name, settings)];
  });
}
