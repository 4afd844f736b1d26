import { type CustomScheme, type Json, MortiseError } from "@mortise/contract";
import type { Credential } from "../../credential/credential.ts";
import { isSecretHeader } from "../../redaction/secret-names.ts";
import { placeSecret } from "../place-secret.ts";
import type { AuthorizedDraft, RequestDraft } from "../request-draft.ts";
import { wantsWholeBody } from "../wants-whole-body.ts";
import type { CustomCode } from "./custom-code.ts";
import { readAdditions } from "./read-additions.ts";

/** A request that is whole but for what the scheme's code adds. */
export interface UnsignedRequest extends RequestDraft {
  readonly body?: string | Buffer | undefined;
  /** Of a body that is not there yet. Code cannot sign one. */
  readonly bodySha256?: string | undefined;
}

/** What the code of a custom scheme is given beside the request. */
export interface CustomContext {
  readonly credential: Credential;
  readonly settings: { readonly [name: string]: Json };
  /** Epoch ms. */
  readonly nowMs: number;
  /** So many bytes that nobody can guess. */
  readonly randomBytes: (size: number) => Uint8Array;
  /** Absent: code of connectors cannot run here. */
  readonly code: CustomCode | undefined;
}

/** A request with what the code added. */
export interface CustomSigned extends AuthorizedDraft {
  readonly body?: string | Buffer | undefined;
  /** Values that were added. They are secret while the request counts. */
  readonly echoes: readonly string[];
}

const RANDOM_BYTES = 32;

/**
 * Runs the code of a custom scheme on a request and adds what it returned; all of that counts as secret. The code sees its own scheme's
 * credential fields, the settings, and the request: a body of bytes as `{ base64 }`, none as null. Rejects with `MISCONFIGURED` where the
 * deployment has no sandbox, `CODE_FAILED` where the code returned something that may not be added, `AUTH_FAILED` where a credential field is
 * missing, and with what {@link CustomCode.run} rejects with.
 */
export async function applyCustom(scheme: CustomScheme, request: UnsignedRequest, context: CustomContext): Promise<CustomSigned> {
  const { code, nowMs, settings } = context;
  if (code === undefined) {
    throw new MortiseError(
      "MISCONFIGURED",
      "Requests of this connection are signed by code of the connector, and this deployment has no sandbox.",
      {
        remedy: "Give the runtime a sandbox (customCode), or choose another way to connect.",
      },
    );
  }
  const credential = ownFields(scheme, context.credential);
  const returned = await code.run({
    source: scheme.code,
    name: "sign",
    input: {
      method: request.method,
      url: request.url.href,
      headers: request.headers,
      body: bodyOf(request),
      credential,
      settings,
      nowMs,
      random: Buffer.from(context.randomBytes(RANDOM_BYTES)).toString("hex"),
    },
    secrets: [...Object.values(credential), ...secretsIn(request.headers)],
    nowMs,
  });
  const additions = readAdditions(returned, request);
  const bare: AuthorizedDraft = { ...request, secretHeaders: [], secretParams: [], secretFields: {} };
  const signed = additions.reduce((draft, { place, name, value }) => placeSecret(draft, { in: place, name }, value), bare);
  return { ...signed, echoes: additions.map(({ value }) => value) };
}

function bodyOf({ body, bodySha256 }: UnsignedRequest): Json {
  if (bodySha256 !== undefined) throw wantsWholeBody();
  if (body === undefined) return null;
  return typeof body === "string" ? body : { base64: body.toString("base64") };
}

/** The fields that the scheme itself asks for: where there are several schemes, the others' are none of its business. */
function ownFields({ fields }: CustomScheme, credential: Credential): { readonly [name: string]: string } {
  const required: ReadonlySet<string> = new Set(fields.required ?? []);
  const own = Object.keys(fields.properties ?? {}).flatMap((name) => {
    const secret = Object.hasOwn(credential, name) ? credential[name] : undefined;
    if (secret !== undefined) return [[name, secret.reveal()] as const];
    if (required.has(name))
      throw new MortiseError("AUTH_FAILED", `The credential has no ${name}.`, { path: `/credential/${name}` });
    return [];
  });
  return Object.fromEntries(own);
}

/** What other schemes put into the headers before. */
function secretsIn(headers: { readonly [name: string]: string }): readonly string[] {
  return Object.entries(headers).flatMap(([name, value]) => (isSecretHeader(name) ? [value, ...value.split(" ").slice(1)] : []));
}
