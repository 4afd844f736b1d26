import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, asObject, type Loose, own } from "../loose.ts";
import { problem, replaceBy, unknownReference } from "../problem.ts";

const HOST = /^(\*\.)?[a-z0-9_-]+(\.[a-z0-9_-]+)*(:\d{1,5})?$/i;

/** Hosts are names with holes for settings, and a setting that fills one is narrowed by its schema. */
export function checkHosts(contract: Loose): readonly Diagnostic[] {
  return asList(contract.hosts).flatMap((host, index) => {
    const path = joinPointer("hosts", index);
    if (typeof host !== "string" || host === "*" || host === "") return [];
    const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(host)?.[0];
    if (scheme) {
      return [
        problem("INVALID_VALUE", path, `is a host name without "${scheme}"`, {
          fix: replaceBy(path, host.slice(scheme.length).split("/")[0] ?? ""),
        }),
      ];
    }
    const holes = [...host.matchAll(/\{([^{}]*)\}/g)].map((match) => match[1] ?? "");
    const plain = host.replaceAll(/\{[^{}]*\}/g, "x").replace(/:x$/, ":1");
    return [
      ...(HOST.test(plain)
        ? []
        : [problem("INVALID_VALUE", path, `expected a host name such as api.example.com, found "${host}"`)]),
      ...holes.flatMap((hole) => holeFaults(contract, hole, path)),
    ];
  });
}

/** Faults of a setting that names where calls go. */
function holeFaults(contract: Loose, hole: string, path: string): readonly Diagnostic[] {
  const name = /^settings\.([A-Za-z_][A-Za-z0-9_]*)$/.exec(hole)?.[1];
  if (name === undefined)
    return [problem("INVALID_VALUE", path, `the hole {${hole}} is not a setting: only {settings.name} may stand in a host`)];
  const properties = asObject(own(contract.settings, "properties"));
  const setting = own(properties, name);
  if (setting === undefined) return [unknownReference(path, "setting", name, Object.keys(properties))];
  const narrowed =
    ["enum", "const", "pattern", "format", "anyOf", "oneOf"].some((key) => own(setting, key) !== undefined) ||
    own(setting, "type") !== "string";
  return narrowed
    ? []
    : [
        problem(
          "UNSAFE_CONTRACT",
          `/settings/properties/${name}`,
          `decides which host is called; narrow it by "pattern", "enum" or "format": "hostname"`,
          {
            severity: "warning",
          },
        ),
      ];
}
