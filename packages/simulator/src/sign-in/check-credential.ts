import type { Scope } from "@mortise/builders";
import type { Placement, SingleAuthScheme } from "@mortise/contract";
import type { WireRequest } from "../wire-request.ts";
import type { Issued, IssuedSecrets } from "./issued.ts";
import { readPlacement } from "./read-placement.ts";
import type { SimulatedConnection } from "./simulated-connection.ts";
import { filled } from "./value-at.ts";
import { awsAccessKey, awsProblem } from "./verify-aws.ts";
import { digestProblem } from "./verify-digest.ts";
import { dpopKeyOf } from "./verify-dpop.ts";
import { jwtProblem } from "./verify-jwt.ts";
import { oauth1Parameters, oauth1Problem } from "./verify-oauth1.ts";
import { signatureProblem } from "./verify-signature.ts";

const BEARER: Placement = Object.freeze({ in: "header", name: "Authorization", prefix: "Bearer " });

/**
 * Why a request does not prove that it comes from a connection; undefined: it does. Certificates (`mtls`), code (`custom`) and what goes to an
 * operation's own code (`fields`) cannot be told from here and count as right.
 */
export function credentialProblem(
  scheme: SingleAuthScheme,
  request: WireRequest,
  connection: SimulatedConnection,
  issued: IssuedSecrets,
): string | undefined {
  const told = ownProblem(scheme, request, connection, issued);
  const { credential = {}, settings = {} } = connection;
  const scope = { credential, settings, ...tokenOf(told.token, credential) };
  return told.problem ?? secondProblem(scheme, request, scope, issued) ?? alsoProblem(scheme, request, scope);
}

interface Verdict {
  readonly problem?: string | undefined;
  /** The token that the request carries. */
  readonly token?: string;
}

function ownProblem(
  scheme: SingleAuthScheme,
  request: WireRequest,
  connection: SimulatedConnection,
  issued: IssuedSecrets,
): Verdict {
  const { credential = {}, settings = {} } = connection;
  switch (scheme.kind) {
    case "none":
    case "fields":
    case "mtls":
    case "custom":
      return {};
    case "apiKey":
      return exactly(request, scheme, settings, credential[scheme.field ?? "apiKey"]);
    case "bearer":
      return { ...exactly(request, BEARER, settings, credential.token) };
    case "basic": {
      const pair = Buffer.from(`${credential.username}:${credential.password}`, "utf8").toString("base64");
      return exactly(request, { ...BEARER, prefix: "Basic " }, settings, pair);
    }
    case "digest":
      return { problem: digestProblem(scheme, request, connection, issued) };
    case "oauth1":
      return { problem: callProblem(scheme, request, connection, issued) };
    case "signature":
      return { problem: signatureProblem(scheme, request, connection) };
    case "awsSigV4":
      return { problem: awsCallProblem(scheme, request, connection, issued) };
    case "jwt":
      return ownJwt(scheme, request, connection);
    case "session":
    case "appInstall":
    case "oauth2":
      return heldToken(scheme, request, connection, issued);
  }
}

/** A secret that is known, at its place. */
function exactly(
  request: WireRequest,
  placement: Placement,
  settings: SimulatedConnection["settings"],
  secret: string | undefined,
): Verdict {
  const read = readPlacement(request, placement, { settings: settings ?? {} }, ["secret"]);
  if ("problem" in read) return read;
  const isRight = "found" in read && read.found.secret === secret;
  return isRight ? {} : { problem: `what is in ${filled(placement.name, settings)} (${placement.in}) is not known` };
}

function ownJwt(
  scheme: SingleAuthScheme & { readonly kind: "jwt" },
  request: WireRequest,
  { credential = {}, settings = {} }: SimulatedConnection,
): Verdict {
  const read = readPlacement(request, scheme.apply ?? BEARER, { credential, settings }, ["token"]);
  if ("problem" in read || "unreadable" in read) return "problem" in read ? read : {};
  const { token = "" } = read.found;
  return { problem: jwtProblem(token, scheme.assertion, credential), token };
}

/** A token that was given out here, or that the connection came with. */
function heldToken(
  scheme: SingleAuthScheme & { readonly kind: "session" | "appInstall" | "oauth2" },
  request: WireRequest,
  { credential = {}, settings = {} }: SimulatedConnection,
  issued: IssuedSecrets,
): Verdict {
  const isBound = scheme.kind === "oauth2" && scheme.dpop === true;
  const usual = isBound ? { ...BEARER, prefix: "DPoP " } : BEARER;
  const scope: Scope = { credential, settings };
  const read = readPlacement(request, scheme.apply ?? usual, scope, ["token"]);
  if ("problem" in read) return read;
  const token = "found" in read ? issued.find(scheme, "access", read.found.token) : matching(scheme, request, scope, issued);
  if (token === undefined) return { problem: "the token is none that was given here, or it was taken back" };
  if (!isBound) return { token: token.text };
  const proof = dpopKeyOf(request, issued, token.text);
  if ("problem" in proof) return proof;
  const isOwn = token.details.key === undefined || token.details.key === proof.key;
  return { token: token.text, problem: isOwn ? undefined : "the token is bound to another key" };
}

/** Which token a place was filled from, where it cannot be read back. */
function matching(
  scheme: SingleAuthScheme & { readonly kind: "session" | "appInstall" | "oauth2" },
  request: WireRequest,
  scope: Scope,
  issued: IssuedSecrets,
): Issued | undefined {
  return issued
    .of(scheme, "access")
    .find(({ text }) => "found" in readPlacement(request, scheme.apply ?? BEARER, { ...scope, token: text }, []));
}

function callProblem(
  scheme: SingleAuthScheme & { readonly kind: "oauth1" },
  request: WireRequest,
  { credential = {} }: SimulatedConnection,
  issued: IssuedSecrets,
): string | undefined {
  const said = oauth1Parameters(request);
  const given = issued.find(scheme, "access", said.oauth_token);
  const own = credential.token ?? "";
  if (given === undefined && (said.oauth_token ?? "") !== own) return "the token is not known (oauth_token)";
  const secret = given?.details.secret ?? credential.tokenSecret ?? "";
  const problem = oauth1Problem(scheme, request, credential, secret);
  if (problem !== undefined || scheme.signature === "PLAINTEXT") return problem;
  const isUsed = issued.use(`oauth1 ${said.oauth_token} ${said.oauth_timestamp} ${said.oauth_nonce}`) > 0;
  return isUsed ? "the nonce was used before" : undefined;
}

function awsCallProblem(
  scheme: SingleAuthScheme & { readonly kind: "awsSigV4" },
  request: WireRequest,
  { credential = {}, settings = {} }: SimulatedConnection,
  issued: IssuedSecrets,
): string | undefined {
  const { doubleEncode, unsignedPayload } = scheme;
  const place = {
    service: filled(scheme.service, settings),
    region: filled(scheme.region, settings),
    doubleEncode,
    unsignedPayload,
  };
  const role = issued.find(scheme, "access", awsAccessKey(request));
  if (scheme.assumeRole !== undefined && role === undefined) return "the keys are none of the role's";
  const { accessKeyId = "", secretAccessKey = "" } = credential;
  const own = { accessKeyId, secretAccessKey, sessionToken: credential.sessionToken };
  const { secret = "", session } = role?.details ?? {};
  const keys = role === undefined ? own : { accessKeyId: role.text, secretAccessKey: secret, sessionToken: session };
  return awsProblem(request, { ...keys, ...place });
}

/** Further tokens that the contract puts into requests beside the first. */
function secondProblem(scheme: SingleAuthScheme, request: WireRequest, scope: Scope, issued: IssuedSecrets): string | undefined {
  if (scheme.kind !== "oauth2") return undefined;
  for (const [name, { apply }] of Object.entries(scheme.second ?? {})) {
    const read = apply === undefined ? undefined : readPlacement(request, apply, scope, ["token"]);
    if (read === undefined || "unreadable" in read) continue;
    if ("problem" in read) return read.problem;
    if (issued.find(scheme, "second", read.found.token) === undefined) return `the token ${name} is none that was given here`;
  }
  return undefined;
}

/** What goes with every request beside the credential's own place. */
function alsoProblem({ also = [] }: SingleAuthScheme, request: WireRequest, scope: Scope): string | undefined {
  for (const placement of also) {
    const read = readPlacement(request, placement, scope, scope.token === undefined ? ["token"] : []);
    if ("problem" in read) return read.problem;
  }
  return undefined;
}

function tokenOf(token: string | undefined, credential: { readonly [field: string]: string }): Scope {
  const own = token ?? credential.token;
  return own === undefined ? {} : { token: own };
}
