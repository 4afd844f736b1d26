import {
  type AuthScheme,
  credentialSchema,
  type JsonSchemaObject,
  type JwtAssertion,
  type OAuth2Scheme,
  type RequestSignature,
  type SingleAuthScheme,
} from "@mortise/contract";
import { sampleOf } from "@mortise/contract/samples";
import { compileSchema } from "@mortise/contract/validation";
import { type KeyKind, keyKindOf, privateJwk, privateKeyPem } from "./private-key.ts";
import { selfSigned } from "./self-signed.ts";

type Fields = { readonly [field: string]: string };

/** The tokens that a sample credential holds. */
export const SAMPLE_TOKENS = { accessToken: "simulated-access-token", refreshToken: "simulated-refresh-token" } as const;

/** A credential that the simulator takes. Private keys and certificates in it are made when they are first asked for. */
export function sampleCredential(scheme: AuthScheme): Fields {
  if (scheme.kind === "all") return Object.assign({}, ...scheme.of.map(sampleCredential)) as Fields;
  const schema = credentialSchema(scheme);
  const plain = Object.fromEntries(namesOf(scheme, schema).map((field) => [field, `simulated-${field}`]));
  const keys = keyFields(scheme);
  const fields = { ...plain, ...keys };
  if (compileSchema(schema)(fields).ok) return fields;
  const sample = sampleOf(schema, { seed: "credential", mode: "minimal" });
  return { ...((sample ?? fields) as Fields), ...keys };
}

/** The fields that are filled in: those that are required, and those without which nobody could sign in. */
function namesOf(scheme: SingleAuthScheme, { required = [], properties = {} }: JsonSchemaObject): readonly string[] {
  const further = scheme.kind === "oauth1" ? ["token", "tokenSecret"] : scheme.kind === "oauth2" ? oauthNames(scheme) : [];
  return [...new Set([...required, ...further.filter((name) => Object.hasOwn(properties, name))])];
}

function oauthNames({ grant, registration, refreshMode, second = {} }: OAuth2Scheme): readonly string[] {
  const client = registration === undefined || registration === "static" ? [] : ["clientId", "clientSecret"];
  const given = grant === "token_exchange" ? ["subjectToken"] : grant === "saml2_bearer" ? ["assertion"] : [];
  const isPersonal = ["authorization_code", "device_code", "implicit"].includes(grant);
  const isKept = isPersonal || (refreshMode !== undefined && refreshMode !== "reissue");
  const tokens = isKept ? ["accessToken", "refreshToken", ...Object.keys(second).map((name) => `accessToken.${name}`)] : [];
  return [...client, ...given, ...tokens];
}

/** The fields that are no text of one's own choice: keys, certificates, what is written in hex. */
function keyFields(scheme: SingleAuthScheme): Fields {
  switch (scheme.kind) {
    case "jwt":
    case "appInstall":
      return withCertificate(scheme.fields, jwtKey(scheme.assertion));
    case "oauth1":
      return scheme.signature.startsWith("RSA") ? { privateKey: privateKeyPem("rsa") } : {};
    case "signature":
      return signingKey(scheme);
    case "mtls":
      return certified("P-256");
    case "oauth2":
      return { ...sampleTokens(scheme), ...oauthKeys(scheme) };
    default:
      return {};
  }
}

/** Tokens keep their words; those of a bound kind come with the key that they are bound to. */
function sampleTokens(scheme: OAuth2Scheme): Fields {
  const names = oauthNames(scheme);
  const own = Object.entries(SAMPLE_TOKENS).filter(([name]) => names.includes(name));
  const dpopKey: Fields = scheme.dpop === true && own.length > 0 ? { dpopKey: privateJwk("P-256") } : {};
  return { ...Object.fromEntries(own), ...dpopKey };
}

function oauthKeys(scheme: OAuth2Scheme): Fields {
  const { grant, clientAuth, clientAssertion, assertion, samlAssertion, certificateBound, signTokenRequest } = scheme;
  const bySaml = grant === "saml2_bearer" && samlAssertion !== undefined && !("value" in samlAssertion);
  const byTls = clientAuth === "tls_client_auth" || clientAuth === "self_signed_tls_client_auth" || certificateBound === true;
  const client: Fields =
    clientAuth === "private_key_jwt" ? jwtKey({ ...clientAssertion, alg: clientAssertion?.alg ?? "RS256" }) : {};
  const granted: Fields = grant === "jwt_bearer" && assertion !== undefined ? jwtKey(assertion) : {};
  const certificate = byTls || bySaml ? certified("rsa", granted.privateKey ?? client.privateKey) : {};
  return { ...certificate, ...client, ...granted, ...(signTokenRequest === undefined ? {} : signingKey(signTokenRequest)) };
}

function jwtKey({ alg, key, keyEncoding }: Pick<JwtAssertion, "alg" | "key" | "keyEncoding">): Fields {
  const kind = keyKindOf(alg);
  const field = key ?? (kind === undefined ? "clientSecret" : "privateKey");
  return { [field]: kind === undefined ? sharedText(field, keyEncoding) : privateKeyPem(kind) };
}

function signingKey({ algorithm, key, keyEncoding }: RequestSignature): Fields {
  if (key === undefined) return {};
  const kinds: { readonly [algorithm: string]: KeyKind } = { "rsa-sha256": "rsa", "ecdsa-sha256": "P-256", ed25519: "ed25519" };
  const kind = kinds[algorithm];
  return { [key]: kind === undefined ? sharedText(key, keyEncoding) : privateKeyPem(kind) };
}

/** A shared secret as it is written; the same bytes in each way. */
const sharedText = (field: string, encoding: "utf8" | "hex" | "base64" = "utf8"): string =>
  Buffer.from(`simulated-${field}`, "utf8").toString(encoding);

function certified(kind: KeyKind, key = privateKeyPem(kind)): Fields {
  return { certificate: selfSigned(key), privateKey: key };
}

/** A scheme whose own fields ask for a certificate has its thumbprint in the JWT. */
function withCertificate({ properties = {} }: JsonSchemaObject, fields: Fields): Fields {
  const { privateKey } = fields;
  if (!Object.hasOwn(properties, "certificate") || privateKey === undefined) return fields;
  return /^-----BEGIN/.test(privateKey) ? { ...fields, certificate: selfSigned(privateKey) } : fields;
}
