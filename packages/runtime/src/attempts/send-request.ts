import { isMortiseError, type Json, MortiseError } from "@mortise/contract";
import type { Attributes } from "@opentelemetry/api";
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
} from "@opentelemetry/semantic-conventions";
import type { ReadyCall } from "../call.ts";
import { type AttemptSigning, attemptSigning } from "../connection/signing.ts";
import { refusesCertificate } from "../egress/client-certificate.ts";
import type { EgressAnswer, EgressRequest, EgressStream } from "../egress/egress-client.ts";
import { TransportError } from "../egress/transport-error.ts";
import { isUpload } from "../egress/upload-source.ts";
import { callScope } from "../operation/call-scope.ts";
import type { PageParts, ReadyRequest, RequestBuilder } from "../operation/compile-request.ts";
import { type Accepted, acceptAnswer, type DecodedAnswer } from "../outcome/accept-answer.ts";
import { CallFailure } from "../outcome/call-failure.ts";
import type { AttemptScope } from "../stages/attempt.ts";
import { answerBody } from "./answer-body.ts";
import type { HopTiming } from "./attempt-scope.ts";
import { JudgedAnswer } from "./judged-answer.ts";
import { readyToSend, type SendableRequest } from "./ready-to-send.ts";
import { type BodyReceiver, wholeBody } from "./receive-answer.ts";

/** A successful answer, decoded; this connection's secrets are masked in it. */
export interface HttpAnswer extends DecodedAnswer, Accepted {}

/** Of bodies a span has the size alone, in bytes (HTTP semantic conventions; the answer's after decompression). */
const REQUEST_SIZE = "http.request.body.size";
const RESPONSE_SIZE = "http.response.body.size";
/** Longest wait for an answer's first byte, and between two, unless the contract says how long an attempt takes. */
const FIRST_BYTE_MS = 15_000;
const BACKSTOP_MS = 1_000;
/** A list that is read row by row may last for so long. */
const STREAM_LIMIT_MS = 86_400_000;

/** Builds the request of a call, or of one page of it. */
export function buildRequest(call: ReadyCall, build: RequestBuilder, page?: PageParts): ReadyRequest {
  const { idempotency } = call.target.operation;
  const key =
    typeof idempotency === "string" || call.key.name === undefined
      ? undefined
      : { spec: idempotency, name: call.key.name, key: call.key.value };
  return build(callScope(call), call.connection, { page, key });
}

/**
 * One attempt of a declarative operation: sends, classifies by the outcome table. `receive`: who takes in the body of a success as it comes;
 * absent: it is decoded as a whole. Throws {@link CallFailure}.
 */
export async function sendRequest(
  call: ReadyCall,
  scope: AttemptScope,
  built: ReadyRequest,
  receive?: BodyReceiver,
): Promise<HttpAnswer> {
  const prepared = readyToSend(call, scope, built);
  const ready = prepared instanceof Promise ? await prepared : prepared;
  if (scope.span.isRecording) scope.span.set(attributesOf(call, ready));
  const signing = attemptSigning(call);
  if (receive !== undefined) return await receiveAnswer(call, scope, ready, { signing, receive });
  let answer: EgressAnswer;
  try {
    answer = await call.services.egress.send(egressRequest(call, scope, ready, signing));
  } catch (error) {
    throw exchangeFailure(call, ready, error);
  }
  if (scope.span.isRecording)
    scope.span.set({ [ATTR_HTTP_RESPONSE_STATUS_CODE]: answer.status, [RESPONSE_SIZE]: answer.body.length });
  const still = call.conditional?.confirmed(ready, answer);
  if (still !== undefined) return still;
  const classifying = classify(signing?.after() ?? call, answer);
  const classified = classifying instanceof Promise ? await classifying : classifying;
  call.conditional?.answered(ready, classified, answer.body.length);
  return classified;
}

function attributesOf({ connection }: ReadyCall, { method, url, secretParams, body }: SendableRequest): Attributes {
  const attributes: Attributes = {
    [ATTR_HTTP_REQUEST_METHOD]: method,
    [ATTR_URL_FULL]: connection.redactor.url(url, secretParams),
    [ATTR_SERVER_ADDRESS]: url.hostname,
    [ATTR_SERVER_PORT]: Number(url.port || (url.protocol === "https:" ? 443 : 80)),
  };
  const size = isUpload(body) ? body.length : body === undefined ? undefined : Buffer.byteLength(body);
  if (size !== undefined) attributes[REQUEST_SIZE] = size;
  return attributes;
}

/** The same where the body of a success is taken in as it comes; an attempt lasts until its end. */
async function receiveAnswer(
  call: ReadyCall,
  scope: AttemptScope,
  ready: SendableRequest,
  { signing, receive }: { readonly signing: AttemptSigning | undefined; readonly receive: BodyReceiver },
): Promise<HttpAnswer> {
  const asked = receive.asks?.(ready.headers);
  const whole = asked === undefined ? ready : { ...ready, headers: { ...ready.headers, ...asked } };
  const request = { ...egressRequest(call, scope, whole, signing), firstByteMs: FIRST_BYTE_MS };
  const opened = await openSuccess(call, scope, ready, { signing, request, receive });
  if ("body" in opened) return opened;
  const { answer, accepted } = opened;
  const { status, headers, url } = answer;
  const shown = call.connection.redactor.data(headers) as HttpAnswer["headers"];
  try {
    const body = await receive.take({ status, headers: shown, body: answer.body }, scope.signal);
    return { status, headers: shown, body, url, ...accepted };
  } catch (error) {
    const broken = answer.body.errored;
    // Whoever reads a body that breaks off throws that, or something because of it.
    if (broken instanceof TransportError) throw transportFailure(call, ready, broken);
    throw isMortiseError(broken) ? broken : error;
  } finally {
    answer.body.destroy();
  }
}

/** How a body is read that goes on when the attempt is over. */
export interface OpenReading<T> {
  /** Ends it. */
  readonly stop: AbortSignal;
  /** What is read inside of the attempt: where that breaks off, another attempt may be made. */
  readonly begin: (answer: EgressStream) => Promise<T>;
}

/**
 * The same where the body of a success is read on when the attempt is over: it comes until `stop` aborts. Undefined: the outcome table calls an
 * answer a success that is none by its status, and it has no such body.
 */
export async function openAnswer<T>(
  call: ReadyCall,
  scope: AttemptScope,
  built: ReadyRequest,
  { stop, begin }: OpenReading<T>,
): Promise<T | undefined> {
  const ready = await readyToSend(call, scope, built);
  if (scope.span.isRecording) scope.span.set(attributesOf(call, ready));
  const signing = attemptSigning(call);
  const { stop: _, ...asked } = egressRequest(call, scope, ready, signing);
  const request = { ...asked, firstByteMs: FIRST_BYTE_MS, limitMs: STREAM_LIMIT_MS, signal: stop };
  const opened = await openSuccess(call, scope, ready, { signing, request });
  if (!("answer" in opened)) return undefined;
  const { answer } = opened;
  try {
    return await begin(answer);
  } catch (error) {
    answer.body.destroy();
    const broken = answer.body.errored;
    throw broken instanceof TransportError ? transportFailure(call, ready, broken) : error;
  }
}

/** What an answer is opened with. */
interface Opening {
  readonly signing: AttemptSigning | undefined;
  readonly request: EgressRequest;
  readonly receive?: BodyReceiver;
}

/** The rest of what broke off cannot be had: another attempt fetches all of it. */
function startsOver({ host }: URL): CallFailure {
  const error = new MortiseError("TARGET_SICK", `${host} does not give the rest of what broke off.`, { status: 416 });
  return new CallFailure(error, { as: "transient", reach: "answered", status: 416, throttling: false });
}

/** A success with its body to come, or a failure that the outcome table calls a success. Throws {@link CallFailure} for any other failure. */
async function openSuccess(
  call: ReadyCall,
  scope: AttemptScope,
  ready: SendableRequest,
  { signing, request, receive }: Opening,
): Promise<{ readonly answer: EgressStream; readonly accepted: Accepted } | HttpAnswer> {
  const answer = await call.services.egress.open(request).catch((error: unknown) => {
    throw exchangeFailure(call, ready, error);
  });
  const { status, headers, url } = answer;
  scope.span.set({ [ATTR_HTTP_RESPONSE_STATUS_CODE]: status });
  const caller = signing?.after() ?? call;
  if (receive?.refuses?.(status) === true) {
    answer.body.destroy();
    throw startsOver(url);
  }
  if (status < 200 || status > 299) {
    const body = await wholeBody(answer).catch((error: unknown) => {
      throw exchangeFailure(call, ready, error);
    });
    return await classify(caller, { ...answer, body });
  }
  try {
    return { answer, accepted: acceptAnswer(caller, { status, headers, body: null, url }) };
  } catch (error) {
    answer.body.destroy();
    throw error;
  }
}

/** What an attempt fails with where its exchange did. */
function exchangeFailure(call: ReadyCall, ready: SendableRequest, error: unknown): Error {
  if (!isMortiseError(error)) return transportFailure(call, ready, error);
  return error.code === "LIMIT_EXCEEDED" ? afterSending(call, error) : error;
}

function egressRequest(
  call: ReadyCall,
  scope: AttemptScope,
  ready: SendableRequest,
  signing: AttemptSigning | undefined,
): EgressRequest {
  // Code that signs has to be ended as well; else the exchange keeps the attempt's time.
  const timing: HopTiming =
    signing === undefined ? scope.timing(BACKSTOP_MS) : { signal: scope.signal, limitMs: scope.limitMs + BACKSTOP_MS };
  const { connection, conditional } = call;
  return {
    method: ready.method,
    url: ready.url,
    headers: conditional === undefined ? ready.headers : { ...ready.headers, ...conditional.headersFor(ready) },
    body: ready.body,
    secretHeaders: ready.secretHeaders,
    secretFields: ready.secretFields,
    followRedirects: ready.followRedirects,
    signing: signing?.hops,
    granted: connection.granted,
    certificate: connection.certificate,
    pool: connection.version,
    signal: timing.signal,
    stop: timing.stop,
    limitMs: timing.limitMs,
    firstByteMs: call.target.operation.attemptTimeoutMs === undefined ? FIRST_BYTE_MS : scope.limitMs + BACKSTOP_MS,
    listener: scope.permit,
    beforeSend: call.repeatable ? undefined : scope.commit,
  };
}

/** The answer came and cannot be read: for a write that is done, for a read it is nobody's illness. */
function afterSending({ repeatable }: ReadyCall, error: MortiseError): Error {
  return repeatable ? error : new CallFailure(error, { as: "rejected", reach: "answered", throttling: false });
}

function transportFailure(call: ReadyCall, ready: SendableRequest, error: unknown): Error {
  const transport = error instanceof TransportError ? error : new TransportError(String(error), "ERR_TRANSPORT", "sent", error);
  const stopped = call.signal.aborted && isMortiseError(call.signal.reason) ? call.signal.reason : undefined;
  if (stopped !== undefined && (call.repeatable || transport.reach === "unsent")) return stopped;
  const reason = call.connection.redactor.text(transport.message);
  const shown = call.connection.certificate !== undefined;
  const facts = { nativeCode: transport.code, cause: error };
  if (refusesCertificate(transport.code, shown)) {
    const what = shown ? "does not accept the client certificate" : "asks for a client certificate";
    const refused = new MortiseError("AUTH_FAILED", `${ready.url.host} ${what}: ${reason}`, facts);
    return new CallFailure(refused, { as: "credential", reach: transport.reach, throttling: false });
  }
  // Some servers hang up where others say what they think of a certificate.
  const hint = shown && transport.code === "ECONNRESET" ? " It may not accept the client certificate." : "";
  const sick = new MortiseError("TARGET_SICK", `${ready.url.host} gave no answer: ${reason}${hint && `.${hint}`}`, facts);
  return new CallFailure(stopped ?? sick, { as: "transient", reach: transport.reach, throttling: false });
}

function classify(call: ReadyCall, answer: EgressAnswer): HttpAnswer | Promise<HttpAnswer> {
  const body = decoded(call, answer);
  return body instanceof Promise ? body.then((json) => judged(call, answer, json)) : judged(call, answer, body);
}

function judged(call: ReadyCall, answer: EgressAnswer, body: Json): HttpAnswer {
  const { status, headers, url } = answer;
  const { output } = acceptAnswer(call, { status, headers, body, url });
  return new JudgedAnswer(answer, body, output, call.connection.redactor);
}

function decoded(call: ReadyCall, answer: EgressAnswer): Json | Promise<Json> {
  try {
    const body = answerBody(call, answer);
    if (!(body instanceof Promise)) return body;
    return body.catch((error: unknown) => {
      throw unreadable(call, error);
    });
  } catch (error) {
    throw unreadable(call, error);
  }
}

const unreadable = (call: ReadyCall, error: unknown): unknown => (isMortiseError(error) ? afterSending(call, error) : error);
