import type { SingleAuthScheme } from "../../auth-scheme.ts";
import { credentialSchema } from "../../credential-schema.ts";
import type { Diagnostic } from "../../diagnostic.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, asObject, entriesOf, type Loose, own } from "../loose.ts";
import { problem, unknownReference } from "../problem.ts";
import { partsOf } from "./auth-parts.ts";

/** A credential can be proven right, goes to known places only, and refers to settings that exist. */
export function checkAuth(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.auth).flatMap(([id, scheme]) => [
    ...testFaults(scheme, joinPointer("auth", id, "test")),
    ...requiredFaults(contract, scheme, joinPointer("auth", id)),
    ...partsOf(scheme, joinPointer("auth", id)).flatMap(([part, at]) => [
      ...templatesOf(part, at).flatMap(([template, path]) => holeFaults(contract, template, path)),
    ]),
    ...togetherFaults(scheme, joinPointer("auth", id, "of")),
  ]);
}

/** Keys of a scheme whose text may hold `{settings.x}` holes. */
const TEMPLATES: readonly string[] = Object.freeze([
  "name",
  "prefix",
  "issuer",
  "authorizeUrl",
  "tokenUrl",
  "refreshUrl",
  "deviceUrl",
  "revokeUrl",
  "introspectUrl",
  "registrationUrl",
  "requestTokenUrl",
  "accessTokenUrl",
  "installUrl",
  "service",
  "region",
]);

function templatesOf(part: Loose, at: string): readonly (readonly [template: unknown, path: string])[] {
  const placements = ["apply", "also"].flatMap((key) => {
    const given = part[key];
    return Array.isArray(given)
      ? given.map((one, index) => [own(one, "name"), `${at}/${key}/${index}/name`] as const)
      : [[own(given, "name"), `${at}/${key}/name`] as const];
  });
  const steps = ["steps", "afterToken"].flatMap((key) =>
    asList(part[key]).map((step, index) => [own(step, "url"), `${at}/${key}/${index}/url`] as const),
  );
  return [
    ...TEMPLATES.map((key) => [part[key], `${at}/${key}`] as const),
    [own(part.login, "url"), `${at}/login/url`],
    [part.kind === "appInstall" ? own(part.exchange, "url") : undefined, `${at}/exchange/url`],
    [own(part.assumeRole, "url"), `${at}/assumeRole/url`],
    ...placements,
    ...steps,
  ];
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

/** Schemes that use `Authorization`, always or unless they say otherwise. */
const AUTHORIZATION: ReadonlySet<string> = new Set(["bearer", "basic", "digest", "awsSigV4"]);
const TOKENS: ReadonlySet<string> = new Set(["oauth2", "jwt", "appInstall"]);

/** Where a scheme puts its secret. Undefined: nowhere, or it is not known. */
function placeOf({ kind, apply, ...key }: Loose): string | undefined {
  const isUsual = TOKENS.has(String(kind)) && apply === undefined;
  if (AUTHORIZATION.has(String(kind)) || isUsual) return "header authorization";
  const { in: where, name } = kind === "apiKey" ? key : asObject(apply);
  if (typeof where !== "string" || typeof name !== "string") return undefined;
  return `${where} ${where === "header" ? name.toLowerCase() : name}`;
}

/** The fields that a scheme asks for, whatever its shape is worth. */
function fieldsOf(part: Loose): readonly string[] {
  if (!KINDS.has(String(part.kind))) return Object.keys(asObject(own(part.fields, "properties")));
  try {
    const { properties = {} } = credentialSchema(part as unknown as SingleAuthScheme);
    // What Mortise keeps up to date is asked of nobody.
    return Object.entries(properties).flatMap(([name, field]) => (own(field, "x-advanced") === true ? [] : [name]));
  } catch {
    // Its shape is wrong, which is said where the shape is checked.
    return [];
  }
}

/** Schemes whose fields do not come from the contract. */
const KINDS: ReadonlySet<string> = new Set(["apiKey", "bearer", "basic", "digest", "oauth1", "oauth2", "awsSigV4", "mtls"]);

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
