import type { Diagnostic } from "../../diagnostic.ts";
import { hostSettings } from "../../host-settings.ts";
import type { JsonSchema } from "../../json.ts";
import { joinPointer } from "../../json-pointer.ts";
import { asList, asObject, entriesOf, type Loose, own } from "../loose.ts";
import { narrowsHost } from "../narrows-host.ts";
import { problem, unknownReference } from "../problem.ts";
import { partsOf } from "./auth-parts.ts";

/** Every scheme says all that signing in with it takes, its keys are fields that it asks for, and what it keeps are settings. */
export function checkAuthSchemes(contract: Loose): readonly Diagnostic[] {
  return entriesOf(contract.auth).flatMap(([id, scheme]) =>
    partsOf(scheme, joinPointer("auth", id)).flatMap(([part, at]) => [
      ...neededFaults(part, at),
      ...keyFaults(part, at),
      ...keptFaults(contract, part, at),
      ...stepFaults(part.steps, `${at}/steps`),
      ...stepFaults(part.afterToken, `${at}/afterToken`),
    ]),
  );
}

/** What a scheme needs besides what every one of its kind needs: if `when` holds, one of `keys`. */
interface Need {
  readonly when: (part: Loose) => boolean;
  readonly keys: readonly string[];
  readonly why: string;
  /** Absent: an error. */
  readonly severity?: "warning";
}

const isOAuth =
  (...grants: readonly string[]) =>
  (part: Loose): boolean =>
    part.kind === "oauth2" && grants.includes(String(part.grant));

const NEEDS: readonly Need[] = Object.freeze([
  {
    when: isOAuth("client_credentials", "password", "jwt_bearer", "saml2_bearer", "token_exchange", "vendor", "device_code"),
    keys: ["tokenUrl", "issuer"],
    why: "where the tokens come from",
  },
  {
    when: isOAuth("authorization_code"),
    keys: ["authorizeUrl", "issuer"],
    why: "where people grant access",
    severity: "warning",
  },
  { when: isOAuth("device_code"), keys: ["deviceUrl", "issuer"], why: "where a device asks for a code", severity: "warning" },
  { when: isOAuth("jwt_bearer"), keys: ["assertion"], why: "the JWT that is handed in" },
  { when: isOAuth("saml2_bearer"), keys: ["samlAssertion"], why: "the assertion that is handed in" },
  { when: isOAuth("token_exchange"), keys: ["exchange"], why: "what is handed in, such as subject_token" },
  { when: isOAuth("vendor"), keys: ["grantType"], why: "the vendor's word for the grant" },
  {
    when: (part) => part.kind === "oauth2" && part.registration === "dynamic",
    keys: ["registrationUrl", "issuer"],
    why: "where clients register",
  },
  {
    when: (part) => part.kind === "oauth2" && own(part.expiry, "from") === "introspect",
    keys: ["introspectUrl", "issuer"],
    why: "where tokens are looked into",
  },
  {
    when: (part) =>
      part.kind === "oauth1" && ["requestTokenUrl", "authorizeUrl", "accessTokenUrl"].some((key) => part[key] !== undefined),
    keys: ["requestTokenUrl"],
    why: "where connecting starts (RFC 5849 §2.1)",
  },
  {
    when: (part) => part.kind === "oauth1" && part.requestTokenUrl !== undefined,
    keys: ["accessTokenUrl"],
    why: "where connecting ends (RFC 5849 §2.3)",
  },
] satisfies readonly Need[]);

function neededFaults(part: Loose, at: string): readonly Diagnostic[] {
  return NEEDS.flatMap(({ when, keys, why, severity }) => {
    if (!when(part) || keys.some((key) => part[key] !== undefined)) return [];
    const message = `is required with ${String(part.grant ?? part.kind)}: ${why}`;
    return [problem("MISSING_KEY", `${at}/${keys[0]}`, message, severity === undefined ? {} : { severity })];
  });
}

/** Algorithms that take no key: the secret is in the text. */
const PLAIN = new Set(["sha1", "sha256", "sha512", "md5"]);

/** A key that no field asks for is never there. */
function keyFaults(part: Loose, at: string): readonly Diagnostic[] {
  const fields = Object.keys(asObject(own(part.fields, "properties")));
  const found: Diagnostic[] = [];
  if (part.kind === "signature") found.push(...signatureFaults(part, fields, at));
  const { kind, assertion } = part;
  if ((kind === "jwt" || kind === "appInstall") && assertion !== undefined) {
    const usual = String(own(assertion, "alg")).startsWith("HS") ? "clientSecret" : "privateKey";
    const key = own(assertion, "key") ?? usual;
    if (typeof key === "string" && !fields.includes(key))
      found.push(unknownReference(`${at}/assertion/key`, "credential field", key, fields));
  }
  return found;
}

function signatureFaults({ algorithm, key }: Loose, fields: readonly string[], at: string): readonly Diagnostic[] {
  const isPlain = PLAIN.has(String(algorithm));
  if (key === undefined)
    return isPlain
      ? []
      : [problem("MISSING_KEY", `${at}/key`, `is required with ${String(algorithm)}: the credential field with the key`)];
  if (isPlain)
    return [problem("INVALID_VALUE", `${at}/key`, `is not used by ${String(algorithm)}; the secret belongs into "stringToSign"`)];
  return typeof key !== "string" || fields.includes(key) ? [] : [unknownReference(`${at}/key`, "credential field", key, fields)];
}

/** What is kept takes the place of a setting. One that says where calls go comes from outside, so its schema must narrow it. */
function keptFaults(contract: Loose, part: Loose, at: string): readonly Diagnostic[] {
  const properties = asObject(own(contract.settings, "properties"));
  const hosts = asList(contract.hosts).filter((host) => typeof host === "string");
  const deciding = new Set(addressesIn(part).flatMap(hostSettings));
  const kept = [
    ...asList(part.keep).map((entry, index) => [own(entry, "setting"), `${at}/keep/${index}/setting`] as const),
    ...asList(part.postConnect).flatMap((step, index) =>
      Object.keys(asObject(own(step, "keep"))).map(
        (setting) => [setting, `${at}/postConnect/${index}/keep${joinPointer(setting)}`] as const,
      ),
    ),
  ];
  return kept.flatMap(([setting, path]) => {
    if (typeof setting !== "string") return [];
    const schema = own(properties, setting);
    if (schema === undefined) return [unknownReference(path, "setting", setting, Object.keys(properties))];
    const steers = deciding.has(setting) || hosts.some((host) => host.includes(`{settings.${setting}}`));
    if (!steers || narrowsHost(schema as JsonSchema)) return [];
    const message = `comes from outside and decides which host is called; narrow the setting "${setting}" by "enum", or by a "pattern" that does not take any host`;
    return [problem("UNSAFE_CONTRACT", path, message)];
  });
}

/** The addresses of a scheme, at whatever depth. */
function addressesIn(part: unknown): readonly string[] {
  return Object.entries(asObject(part)).flatMap(([key, value]) => {
    if (typeof value === "string") return /url$|^issuer$/i.test(key) ? [value] : [];
    return (Array.isArray(value) ? value : [value]).flatMap(addressesIn);
  });
}

/** A later step of the same name would hide an earlier one. */
function stepFaults(steps: unknown, at: string): readonly Diagnostic[] {
  const names = new Set<string>();
  return asList(steps).flatMap((step, index) => {
    const name = own(step, "name");
    if (typeof name !== "string") return [];
    const isTaken = names.has(name);
    names.add(name);
    return isTaken ? [problem("DUPLICATE_NAME", `${at}/${index}/name`, `another step is called "${name}" as well`)] : [];
  });
}
