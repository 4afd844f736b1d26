import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem, unknownReference } from "../problem.ts";

/** A credential can be proven right, goes to known places only, and refers to settings that exist. */
export function checkAuth(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.auth).flatMap(([id, scheme]) => [
    ...testFaults(scheme, joinPointer("auth", id, "test")),
    ...requiredFaults(contract, scheme, joinPointer("auth", id)),
    ...partsOf(scheme, joinPointer("auth", id)).flatMap(([part, at]) => [
      ...["name", "prefix", "authorizeUrl", "tokenUrl", "refreshUrl"].flatMap((key) =>
        holeFaults(contract, part[key], `${at}/${key}`),
      ),
      ...holeFaults(contract, own(part.login, "url"), `${at}/login/url`),
      ...endpointFaults(part, at),
    ]),
    ...togetherFaults(scheme, joinPointer("auth", id, "of")),
  ]);
}

/** The schemes that a scheme is made of, each with its place. */
function partsOf(scheme: Loose, at: string): readonly (readonly [part: Loose, at: string])[] {
  if (scheme.kind !== "all") return [[scheme, at]];
  return asList(scheme.of).map((part, index) => [asObject(part), `${at}/of/${index}`]);
}

/** Tokens that nobody takes part in come from an address, or not at all. */
function endpointFaults({ kind, grant, tokenUrl }: Loose, at: string): readonly Diagnostic[] {
  if (kind !== "oauth2" || (grant !== "client_credentials" && grant !== "password") || tokenUrl !== undefined) return [];
  return [problem("MISSING_KEY", `${at}/tokenUrl`, `is required with ${grant}: where the tokens come from`)];
}

/** Of two schemes that ask for the same field one would get the other's secret; of two that write to the same place one is lost. */
function togetherFaults(scheme: Loose, at: string): readonly Diagnostic[] {
  const fields = new Set<string>();
  const places = new Set<string>();
  return partsOf(scheme, "").flatMap(([part], index) => {
    const asked = fieldsOf(part).filter((field) => fields.has(field));
    const place = placeOf(part);
    const isTaken = place !== undefined && places.has(place);
    for (const field of fieldsOf(part)) fields.add(field);
    if (place !== undefined) places.add(place);
    return [
      ...asked.map((field) => {
        const message = `asks for the credential field "${field}", as another scheme before it does; give one of them another "field"`;
        return problem("DUPLICATE_NAME", `${at}/${index}`, message);
      }),
      ...(isTaken
        ? [
            problem("INVALID_VALUE", `${at}/${index}`, `takes the place of another scheme's secret in the ${place}`, {
              severity: "warning",
            }),
          ]
        : []),
    ];
  });
}

/** Where a scheme puts its secret. Undefined: nowhere, or it is not known. */
function placeOf({ kind, apply, ...key }: Loose): string | undefined {
  if (kind === "bearer" || kind === "basic" || (kind === "oauth2" && apply === undefined)) return "header authorization";
  const { in: where, name } = kind === "apiKey" ? key : asObject(apply);
  if (typeof where !== "string" || typeof name !== "string") return undefined;
  return `${where} ${where === "header" ? name.toLowerCase() : name}`;
}

function fieldsOf(part: Loose): readonly string[] {
  switch (part.kind) {
    case "apiKey":
      return [typeof part.field === "string" ? part.field : "apiKey"];
    case "bearer":
      return ["token"];
    case "basic":
      return ["username", "password"];
    case "oauth2":
      return ["clientId", ...(part.grant === "password" ? ["username", "password"] : [])];
    default:
      return Object.keys(asObject(own(part.fields, "properties")));
  }
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
  const carried = kind !== undefined && kind !== "none" && kind !== "fields";
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
