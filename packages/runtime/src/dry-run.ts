import { applyAuth, redactBySchema, Secret } from "@mortise/auth";
import type { Json, JsonObject } from "@mortise/contract";
import { buildRequest } from "./attempts/send-request.ts";
import type { Answer, ReadyCall } from "./call.ts";
import { signingContext } from "./connection/signing.ts";
import { hideSecretInputs } from "./hide-secret-inputs.ts";
import type { CompiledFollowUp } from "./jobs/compile-wait.ts";
import { callScope } from "./operation/call-scope.ts";
import type { ReadyRequest } from "./operation/compile-request.ts";
import { isObject } from "./operation/parameters/parameter-value.ts";
import { firstRequest } from "./reading/first-request.ts";
import { UploadDraft } from "./uploads/upload-draft.ts";

/** Shows the request that would be sent, with its secrets hidden, and sends nothing. Throws `EGRESS_DENIED` where it could not be sent. */
export async function dryRun(call: ReadyCall): Promise<Answer> {
  const { target, connection, services, input } = call;
  if (target.body.kind === "native" || target.body.kind === "code") {
    const shown = redactBySchema(input, target.operation.input);
    return {
      output: {
        request: { operation: `${target.connector.contract.name}/${target.name}`, input: connection.redactor.json(shown) },
      },
    };
  }
  if (target.body.kind === "searchOrCreate") {
    const { search, create } = target.body;
    return { output: { request: { search: shownCall(call, search), create: shownCall(call, create) } } };
  }
  if (target.partition?.kind === "parent") return { output: { request: { parent: shownCall(call, target.partition) } } };
  const shown = withoutTokens(call);
  const first = firstRequest(shown);
  if (first === undefined) return { output: { request: null } };
  const ready = await signedToShow(first.call, buildRequest(first.call, target.body.build, first.parts));
  services.guard.checkUrl(ready.url, connection.granted);
  const request: JsonObject = {
    method: ready.method,
    url: connection.redactor.url(ready.url, ready.secretParams),
    headers: connection.redactor.headers(ready.headers, ready.secretHeaders),
    body: connection.redactor.json(shownBody(ready)),
  };
  return { output: { request: hideSecretInputs(request, input, target.operation.input) } };
}

const NO_TOKEN = new Secret("token");

/** A token that was not fetched yet is not fetched to be shown: a word stands in its place, hidden as the token would be. */
function withoutTokens(call: ReadyCall): ReadyCall {
  const { scheme, credential, settings, tokens } = call.connection;
  if (tokens === undefined) return call;
  const authorize: typeof call.connection.authorize = (draft) =>
    applyAuth(scheme, credential, draft, (single) => tokens.of(single) ?? NO_TOKEN, settings);
  return { ...call, connection: { ...call.connection, authorize } };
}

/** The request with a signature as one made now; the one that is sent later has another. */
async function signedToShow(call: ReadyCall, ready: ReadyRequest): Promise<ReadyRequest> {
  const { signer, tokens } = call.connection;
  if (signer === undefined) return ready;
  const { body, ...rest } = ready;
  // What is read when it is sent has no digest before.
  const whole = body instanceof UploadDraft ? { ...rest, bodySha256: "" } : { ...rest, body };
  const signed = await signer.sign(whole, { ...signingContext(call), held: (single) => tokens?.of(single) ?? NO_TOKEN });
  return {
    ...ready,
    ...signed,
    ...(body instanceof UploadDraft ? { body } : {}),
    secretHeaders: [...ready.secretHeaders, ...signed.secretHeaders],
    secretParams: [...ready.secretParams, ...signed.secretParams],
    secretFields: { ...ready.secretFields, ...signed.secretFields },
  };
}

/** A call of another operation, with what its schema calls secret hidden. */
function shownCall(call: ReadyCall, { operation, input }: CompiledFollowUp): Json {
  const { target, connection } = call;
  const { name, operations } = target.connector.contract;
  const shown = redactBySchema(input.evaluate(callScope(call)), operations[operation]?.input ?? {});
  return { operation: `${name}/${operation}`, input: connection.redactor.json(shown) };
}

/** The body to show; a secret in it is hidden by its place, however short it is. */
function shownBody({ showBody, secretFields }: ReadyRequest): Json {
  const shown = showBody?.() ?? null;
  const names = Object.keys(secretFields);
  if (!isObject(shown) && (shown !== null || names.length === 0)) return shown;
  return { ...(shown ?? {}), ...Object.fromEntries(names.map((name) => [name, "[redacted]"])) };
}
