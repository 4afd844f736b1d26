import type { ScopeSchemas } from "@mortise/builders";
import {
  type Contract,
  credentialSchema,
  type JsonSchema,
  type JwtAssertion,
  type Placement,
  type RequestSignature,
  type SingleAuthScheme,
  type TokenStep,
  type Value,
} from "@mortise/contract";

/** A value of a scheme, its place inside of the contract, and what it may read. */
export type AuthValue = readonly [path: string, value: Value | undefined, scope: ScopeSchemas];

/** Everything that a scheme computes besides its label. */
export function authValues({ settings }: Contract, scheme: SingleAuthScheme, at: string): readonly AuthValue[] {
  const scope: ScopeSchemas = {
    credential: credentialOf(scheme),
    settings: settings ?? { type: "object", properties: {}, additionalProperties: false },
  };
  return [
    ...placements(scheme.also, `${at}/also`, { ...scope, token: true }),
    ...("apply" in scheme ? placements(scheme.apply, `${at}/apply`, placeScope(scheme, scope)) : []),
    ...ownValues(scheme, at, scope),
  ];
}

/** Of a scheme whose shape is wrong, which is said elsewhere, anything may be read. */
function credentialOf(scheme: SingleAuthScheme): JsonSchema {
  try {
    return credentialSchema(scheme);
  } catch {
    return true;
  }
}

function ownValues(scheme: SingleAuthScheme, at: string, scope: ScopeSchemas): readonly AuthValue[] {
  const stepping = { ...scope, nowMs: true, steps: true };
  switch (scheme.kind) {
    case "session":
      return [
        ...steps(scheme.steps, `${at}/steps`, stepping),
        [`${at}/login/headers`, scheme.login.headers, stepping],
        [`${at}/login/body`, scheme.login.body, stepping],
      ];
    case "jwt":
      return assertion(scheme.assertion, `${at}/assertion`, scope);
    case "appInstall":
      return [
        ...assertion(scheme.assertion, `${at}/assertion`, scope),
        ...step(scheme.exchange, `${at}/exchange`, { ...stepping, assertion: { type: "string" } }),
      ];
    case "signature":
      return [[`${at}/stringToSign`, scheme.stringToSign, requestScope(scope)]];
    case "oauth2": {
      const { signTokenRequest: signed, samlAssertion: saml, second = {} } = scheme;
      const made: readonly (readonly [string, Value | undefined])[] =
        saml === undefined ? [] : Object.entries(saml).filter(([key]) => key !== "lifetime");
      return [
        ...assertion(scheme.assertion, `${at}/assertion`, scope),
        ...assertion(scheme.clientAssertion, `${at}/clientAssertion`, scope),
        ...made.map(([key, value]): AuthValue => [`${at}/samlAssertion/${key}`, value, stepping]),
        ...Object.entries(scheme.exchange ?? {}).map(([key, value]): AuthValue => [`${at}/exchange/${key}`, value, stepping]),
        ...steps(scheme.steps, `${at}/steps`, stepping),
        ...steps(scheme.afterToken, `${at}/afterToken`, { ...stepping, token: { type: "string" } }),
        ...(signed === undefined ? [] : signature(signed, `${at}/signTokenRequest`, scope)),
        ...Object.entries(second).flatMap(([name, { apply }]) =>
          placements(apply, `${at}/second/${name}/apply`, { ...scope, token: true }),
        ),
      ];
    }
    default:
      return [];
  }
}

function signature({ stringToSign, apply }: RequestSignature, at: string, scope: ScopeSchemas): readonly AuthValue[] {
  const signing = requestScope(scope);
  return [[`${at}/stringToSign`, stringToSign, signing], ...placements(apply, `${at}/apply`, { ...signing, signature: true })];
}

function placeScope({ kind }: SingleAuthScheme, scope: ScopeSchemas): ScopeSchemas {
  return kind === "signature" ? { ...requestScope(scope), signature: { type: "string" } } : { ...scope, token: true };
}

const TEXT: JsonSchema = { type: "string" };

/** What a request shows to whoever signs it. */
function requestScope(scope: ScopeSchemas): ScopeSchemas {
  const texts = ["method", "host", "path", "queryString", "body", "bodySha256", "bodyMd5", "timestamp", "nonce"];
  return { ...scope, ...Object.fromEntries(texts.map((name) => [name, TEXT])), query: true, headers: true };
}

function placements(given: Placement | readonly Placement[] | undefined, at: string, scope: ScopeSchemas): readonly AuthValue[] {
  if (given === undefined) return [];
  if (isList(given)) return given.map(({ value }, index) => [`${at}/${index}/value`, value, scope]);
  return [[`${at}/value`, given.value, scope]];
}

function assertion(given: Partial<JwtAssertion> | undefined, at: string, scope: ScopeSchemas): readonly AuthValue[] {
  const signing = { ...scope, nowMs: true };
  return [
    [`${at}/header`, given?.header, signing],
    [`${at}/claims`, given?.claims, signing],
  ];
}

const steps = (given: readonly TokenStep[] | undefined, at: string, scope: ScopeSchemas): readonly AuthValue[] =>
  (given ?? []).flatMap((one, index) => step(one, `${at}/${index}`, scope));

function step({ query, headers, body }: TokenStep, at: string, scope: ScopeSchemas): readonly AuthValue[] {
  return [
    [`${at}/query`, query, scope],
    [`${at}/headers`, headers, scope],
    [`${at}/body`, body, scope],
  ];
}

const isList = (given: Placement | readonly Placement[]): given is readonly Placement[] => Array.isArray(given);
