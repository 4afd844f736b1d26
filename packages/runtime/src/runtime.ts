import type {
  CredentialStore,
  CustomCode,
  DeviceStart,
  HealthChange,
  HealthReporter,
  PlainCredential,
  TokenLife,
  TokenSource,
} from "@mortise/auth";
import type { CallResult, CodeRunner, ErrorData, Json, JsonSchemaObject, Operation } from "@mortise/contract";
import type { Connector } from "@mortise/sdk";
import type { AdmissionOptions } from "./admission/admission.ts";
import type { CircuitChange } from "./admission/host-load.ts";
import type { Priority } from "./admission/priority.ts";
import type { RuntimeStatus } from "./admission/runtime-status.ts";
import type { ReceivedBody } from "./attempts/receive-answer.ts";
import type { RedisOptions } from "./budget/across-workers/shared-budgets.ts";
import type { BudgetStatus } from "./budget/across-workers/worker-link.ts";
import type { CodeRecording } from "./code/code-recording.ts";
import type { CodeStateStore } from "./code/code-state.ts";
import type { AuthorizationReply, AuthorizationRequest, ConnectionStart } from "./connection/authorization.ts";
import type { AuthorizationDelivery } from "./connection/authorization-delivery.ts";
import type { DeviceReply, DeviceRequest } from "./connection/device-authorization.ts";
import type { Disconnection, DisconnectOptions } from "./connection/disconnect.ts";
import type { KeepAliveRequest } from "./connection/keep-alive.ts";
import type { FieldsRequest, OptionPage, OptionsRequest } from "./dynamic/dynamic-request.ts";
import type { ProxySettings } from "./egress/proxy-route.ts";
import type { Resolver } from "./egress/resolve-host.ts";
import type { TransportName } from "./egress/transport.ts";
import type { EgressPolicy } from "./egress-policy.ts";
import type { Hook } from "./hooks/hook.ts";
import type { LifecycleOptions } from "./lifecycle/lifecycle.ts";
import type { ConnectorHandle, LifecycleHandle } from "./lifecycle/lifecycle-handle.ts";
import type { CallTally } from "./telemetry/call-tally.ts";
import type { ListenedEvent, ListenRequest } from "./triggers/listen.ts";
import type { PollRequest, PollResult } from "./triggers/poll.ts";
import type { WebhookDelivery, WebhookResult } from "./triggers/receive-webhook.ts";
import type { SubscribedRequest, SubscribeRequest, Subscription } from "./triggers/subscription.ts";
import type { Upload } from "./uploads/upload.ts";

/** Calls connector operations: one pipeline of ten stages for every kind of operation. */
export interface Runtime {
  /** Calls `connector[@version]/operation`. Never throws for a failure of the call: it is the result. Throws `USAGE` for a malformed name. */
  call<T = Json>(operation: string, request: CallRequest): Promise<CallResult<T>>;
  /** Reads a list in pages with backpressure: the next page is fetched when the consumer asks. Throws `MortiseError` on a failed page. */
  stream<T = Json>(operation: string, request: StreamRequest): AsyncIterable<StreamedPage<T>>;
  /**
   * Checks settings and credential, then runs the auth scheme's test operation. A success has the output `{ verified, message, label, subject }`:
   * `verified` is false where the scheme has no test operation, `label` is there where the scheme says what an account is called, `subject`, a
   * digest, where the test operation has an `identity`: another one is another account.
   */
  testConnection(connection: ConnectionRef): Promise<CallResult>;
  /**
   * Choices of a field whose schema has `x-options`, page by page; kept for a while by connection and by what they depend on. Throws
   * `MortiseError`: `INVALID_INPUT` names a field that must be filled in first, `INVALID_REQUEST` a pointer to no such field.
   */
  options(request: OptionsRequest): Promise<OptionPage>;
  /** Shape of an object whose schema has `x-fields`, as a JSON Schema. Throws as `options` does. */
  fields(request: FieldsRequest): Promise<JsonSchemaObject>;
  /** The address where a person grants a connection access (RFC 6749 §4.1), with a state and a proof key to keep. Throws `MortiseError`. */
  startAuthorization(request: AuthorizationRequest): Promise<ConnectionStart>;
  /** Takes what came back with the person's browser; returns the whole credential, to be stored. Throws `MortiseError`. */
  finishAuthorization(reply: AuthorizationReply): Promise<PlainCredential>;
  /** The same where the vendor brings the code by a delivery of its own, whose signature is checked. Throws `MortiseError`. */
  finishAuthorizationFromDelivery(delivery: AuthorizationDelivery): Promise<PlainCredential>;
  /** A code that a person enters on another device, and where (RFC 8628). Throws `MortiseError`. */
  startDeviceAuthorization(request: DeviceRequest): Promise<DeviceStart>;
  /** Waits until the person has decided; returns the whole credential, to be stored. Throws `MortiseError`, and the reason of its signal. */
  finishDeviceAuthorization(reply: DeviceReply): Promise<PlainCredential>;
  /**
   * Runs what the contract has run once a connection has been made (`postConnect`), and returns the credential with what it told, to be
   * stored. `finishAuthorization` does this by itself. Throws `MortiseError`.
   */
  completeConnection(connection: ConnectionRef, tenant?: string): Promise<PlainCredential>;
  /**
   * Ends a connection at the vendor before it is deleted: runs `preDelete`, has the credential taken back, and says what that came to. Throws
   * `MortiseError` only where there is no such connection.
   */
  disconnect(connection: ConnectionRef, tenant?: string, options?: DisconnectOptions): Promise<Disconnection>;
  /**
   * Renews a connection's stored tokens ahead of need, and says when they end and are due again: `{}` where none are stored. For whoever
   * keeps connections alive that are seldom used. Throws `MortiseError`.
   */
  keepAlive(request: KeepAliveRequest): Promise<TokenLife>;
  /** Reads a poll trigger, `connector[@version]/trigger`, once: what is new since `state`. Throws `MortiseError`. */
  poll(trigger: string, request: PollRequest): Promise<PollResult>;
  /**
   * Listens to a stream trigger: its events as they come, until the signal aborts or the connection ends. The next one is asked for when the
   * one before was taken. Throws `MortiseError`, `CONNECTOR_NOT_TRUSTED` among them.
   */
  listen(trigger: string, request: ListenRequest): AsyncIterable<ListenedEvent>;
  /** Tells the other system where to send a webhook trigger's events. Never throws: a failure is the result, as of a call. */
  subscribe(trigger: string, request: SubscribeRequest): Promise<CallResult<Subscription>>;
  /** Ends a subscription. One that is not there any more has ended. Never throws. */
  unsubscribe(trigger: string, request: SubscribedRequest): Promise<CallResult>;
  /** Makes a subscription last longer. Never throws. */
  renew(trigger: string, request: SubscribedRequest): Promise<CallResult<Subscription>>;
  /** Takes in one delivery of a webhook trigger: events, the answer to a check of the address, or why it is turned away. */
  receiveWebhook(trigger: string, delivery: WebhookDelivery): WebhookResult;
  /** How the runtime is doing: what is in progress, circuits that are open, limits that were found, calls that were turned away. */
  status(): RuntimeStatus;
  /** The operation, or undefined. */
  describe(operation: string): Operation | undefined;
  /** Pauses, resumes, drains a connector, or releases its code from quarantine. Throws `CONNECTOR_NOT_FOUND`. */
  connector(name: string): ConnectorHandle;
  /** The same for a connection of a tenant (absent: `default`), whether it was used yet or not. */
  connection(name: string, tenant?: string): LifecycleHandle;
  /**
   * What a call of a connector (`name[@version]`) over a connection would be refused with now, before anything is looked up for it: killed, behind a
   * flag, paused, draining. Undefined: nothing, or no such connector is installed. Lists that no call has read yet say nothing.
   */
  refusal(connector: string, connection?: string, tenant?: string): ErrorData | undefined;
  /** Whether a feature flag is on for a tenant (absent: `default`). One that is not listed, or could not be read yet, is off. */
  isOn(flag: string, tenant?: string): boolean;
  /** Ends what is in progress and closes pools and timers. Calls that come later are refused. */
  close(options?: CloseOptions): Promise<void>;
}

export interface CloseOptions {
  /** Time that calls in progress have to end by themselves, ms; new ones are refused with `DRAINING` meanwhile. Absent or 0: they are stopped at once. */
  readonly drainMs?: number;
}

export interface RuntimeOptions extends LifecycleOptions {
  /** What the deployment does at points of every call. Absent: nothing. Throws `DUPLICATE_NAME`, `INVALID_VALUE`. */
  readonly hooks?: readonly Hook[];
  readonly connectors: readonly Connector[];
  /**
   * Finds a connection by name (for `CallRequest.connection` as a string), for a run where the call is one of a run's. Absent: only inline
   * connections.
   */
  readonly connections?: (name: string, tenant: string, runId?: string) => Promise<Connection | undefined>;
  /** Absent: https to public addresses only, no Unix sockets, no files. */
  readonly egress?: EgressPolicy;
  /** What carries calls over HTTP: `undici` speaks HTTP/2 where the server offers it. Absent: `got`. Throws `INVALID_VALUE` for another one. */
  readonly transport?: TransportName;
  /** A proxy that calls over HTTP go through. Absent: none, whatever the environment says. Throws `INVALID_VALUE`. */
  readonly proxy?: ProxySettings;
  /** Certificate authorities, PEM, that are trusted beside Node's own. Throws `INVALID_VALUE` for what is no certificate. */
  readonly ca?: readonly string[];
  /** Folders that file operations may use. Absent: none. `"*"`: whatever the process may. Relative paths start at `base`. */
  readonly files?: { readonly roots: readonly string[] | "*"; readonly base?: string };
  /** How much work the runtime takes on. Absent: what {@link AdmissionOptions} says of each. Throws `INVALID_VALUE` for what is no number above 0. */
  readonly admission?: AdmissionOptions;
  /** Is told of every change of a circuit: what was failing and is left alone, and what works again. Must not throw. Absent: nobody is told. */
  readonly onCircuitChange?: (change: CircuitChange) => void;
  /** Publishers whose native code may run. Absent: `["mortise"]`. */
  readonly trustedPublishers?: readonly string[];
  /**
   * Share of a tenant, above 0, in budgets that tenants share (scope `connector`) while more than one waits: one of 2 gets twice as many permits
   * as one of 1. Absent: 1 for all.
   */
  readonly tenantWeight?: (tenant: string) => number;
  /** Budgets are shared with all runtimes that have the same Redis (7.0 or later) and `prefix`. Absent: this process has them for itself. */
  readonly redis?: RedisOptions;
  /** Is told when budgets come to be kept in another way, and when the number of workers changes. Must not throw. Absent: nobody is told. */
  readonly onBudgetStatus?: (status: BudgetStatus) => void;
  /** Counts calls that ended, by tenant. Absent: nobody does. */
  readonly tally?: CallTally;
  /** Clock and randomness; absent: the machine's. */
  readonly clock?: Clock;
  /** A number in [0, 1), for the jitter of waits. */
  readonly random?: () => number;
  /** So many bytes that nobody can guess, for what signatures are used once. */
  readonly randomBytes?: (size: number) => Uint8Array;
  /** Runs code of connectors that signs requests. Absent: schemes with code of their own are refused with `MISCONFIGURED`. */
  readonly customCode?: CustomCode;
  /** Runs operations in code, apart from everything else. Absent: they are refused with `MISCONFIGURED`. */
  readonly code?: CodeRunner;
  /** Keeps the values that operations in code put away. Absent: in memory, of the 10,000 connections that were used last. */
  readonly codeState?: CodeStateStore;
  /**
   * Finds the client that this deployment is registered with for an auth scheme of a connector, as fields of a credential. A connection that
   * brings its own uses that, unless the contract says `ownClient: false`. Absent: every connection brings its own.
   */
  readonly clients?: (connector: string, auth: string, tenant: string) => Promise<PlainCredential | undefined>;
  /** Keeps credentials whose tokens were renewed. Absent: new refresh tokens are kept in memory, and lost with the process. */
  readonly credentialStore?: CredentialStore;
  /**
   * Is told of every change of a connection's state: what its calls and the life of its tokens came to. Kept in memory, of the 10,000
   * connections that were heard of last. Must not throw. Absent: nobody is told.
   */
  readonly onConnectionHealth?: (change: HealthChange) => void;
  /** Takes in what is found out about connections, in place of the memory behind `onConnectionHealth`. Absent: that. */
  readonly healthReporter?: HealthReporter;
  /** Gives out the tokens of connections. Absent: they are fetched by this runtime and kept in memory. */
  readonly tokenSource?: TokenSource;
  /**
   * `traceparentTo`: hosts that are sent the W3C `traceparent` of a call, e.g. `api.internal.example`; `*.internal.example` is every host below.
   * Absent: none. No host is sent baggage. Throws `INVALID_VALUE`.
   */
  readonly telemetry?: { readonly traceparentTo?: readonly string[] };
  /** Finds the addresses of a host name; they are checked whatever it says. Absent: the machine's resolver. */
  readonly resolver?: Resolver;
  /**
   * Origins that really are elsewhere, e.g. `{ "https://api.acme.example": "http://127.0.0.1:4010" }`; `"*"` stands for all others. For
   * simulators and tests: such calls, with their credentials, go to the other origin without TLS and whatever its address is. Only the
   * contract's `hosts` still hold. Warns once with `UNSAFE_ORIGINS`. Absent: none. Throws `INVALID_VALUE` for what is no origin of http.
   */
  readonly unsafeOrigins?: { readonly [origin: string]: string };
}

export interface Clock {
  /** Epoch ms. */
  now(): number;
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface Connection {
  /** Name inside the tenant; part of cache and budget keys. */
  readonly name: string;
  /** `connector[@major]`. */
  readonly connector: string;
  readonly settings?: { readonly [key: string]: Json };
  /** Which of the contract's auth schemes; absent: the only one. */
  readonly auth?: string;
  /** Plaintext fields, e.g. `{ apiKey: "…" }`; wrapped in `Secret` at once. */
  readonly credential?: { readonly [field: string]: string };
  /** Aborts when the credential is revoked, with a `MortiseError` as its reason: calls in progress end with it. Absent: never. */
  readonly revoked?: AbortSignal;
  readonly paused?: string;
}

export type ConnectionRef = string | Connection;

export interface CallRequest {
  readonly input: Json;
  readonly connection?: ConnectionRef;
  readonly tenant?: string;
  readonly signal?: AbortSignal;
  /** Absolute, epoch ms. Absent: the operation's limit from now. */
  readonly deadlineMs?: number;
  /**
   * Time that a caller in another process has left, ms; counts from when the call is made, so that no two clocks need agree. With `deadlineMs`
   * the sooner of the two holds. Absent: `deadlineMs` alone.
   */
  readonly remainingMs?: number;
  /** How urgent it is: where there is too much to do, the least urgent is turned away first, with `OVERLOADED`. Absent: `interactive`. */
  readonly priority?: Priority;
  /** Absent: random per call. */
  readonly idempotencyKey?: string;
  /**
   * `meta.inDoubtSinceMs` of the last call for the same write. A write that is not safe to repeat, or whose key the vendor may have forgotten, is
   * then probed before it is sent. Absent: nothing is in doubt.
   */
  readonly inDoubtSinceMs?: number;
  /** Called before a write that is not safe to repeat is sent; false: it was sent before, so the outcome is unknown. */
  readonly commit?: () => Promise<boolean>;
  /** A read that takes long is made a second time beside itself, as the contract's `hedge` has it. Absent: as the contract says. */
  readonly hedge?: boolean;
  /** W3C `traceparent` of the caller's span, where it is in another process. Absent: the active span. */
  readonly traceparent?: string;
  readonly runId?: string;
  readonly stepPath?: string;
  /** Of an incremental operation: what the last read left to keep. Absent or null: from its `start`. Throws `INVALID_VALUE` where it is no state. */
  readonly state?: Json;
  /** Texts beside the credential that are masked wherever the call shows. Absent: none. */
  readonly secrets?: readonly string[];
  /** The connection is being made or ended, so what connecting tells may be missing from its settings. Absent: false. */
  readonly isConnecting?: boolean;
  /** Of an operation in code: is given what each run of it was told, also of one that failed, for `replayCode`. Must not throw. Absent: nothing is noted. */
  readonly onCodeRecording?: (recording: CodeRecording) => void;
  /** Validates, shows the request that would be sent, sends nothing (reads included). */
  readonly dryRun?: boolean;
  /**
   * Takes the body of a declarative operation's success in as it comes, of any size, and gives the output: the answer is not decoded and not
   * checked against the output schema. Ends within the call's time. Called again with a new body where the first broke off and the call may
   * be repeated. Absent: the answer is decoded as a whole.
   */
  readonly receive?: (received: ReceivedBody) => Promise<Json | undefined>;
  /**
   * Bytes for an operation whose contract takes files (`fromFiles`): the input has `{ "upload": "name" }` where a file goes. They are read while
   * they are sent, for every attempt anew. Absent: none.
   */
  readonly uploads?: { readonly [name: string]: Upload };
}

export interface StreamRequest extends CallRequest {
  /** Go on after this cursor. Absent or null: from the start. */
  readonly cursor?: Json;
  /** Items a page, for operations that let the caller choose. Absent: 1,000. */
  readonly pageSize?: number;
}

export interface StreamedPage<T = Json> {
  readonly items: readonly T[];
  /** Cursor after this page; null: nothing follows. */
  readonly next: Json;
  /** Of an incremental operation: the state to keep once this page is done. Absent: none yet. */
  readonly state?: Json;
}
