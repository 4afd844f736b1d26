import { randomBytes } from "node:crypto";
import { HealthBook, type HealthReporter, TokenKeeper } from "@mortise/auth";
import { MortiseError } from "@mortise/contract";
import { createRegistry } from "@mortise/registry";
import { trace as traces } from "@opentelemetry/api";
import { openAdmission } from "./admission/open-admission.ts";
import { openBudgets } from "./budget/open-budgets.ts";
import { AnswerCache } from "./cache/answer-cache.ts";
import { HeaderCache } from "./cache/header-cache.ts";
import type { AskedCall, OperationRunner } from "./call.ts";
import { memoryCodeState } from "./code/code-state.ts";
import { finishAuthorization, startAuthorization } from "./connection/authorization.ts";
import { finishAuthorizationFromDelivery } from "./connection/authorization-delivery.ts";
import { completeConnection } from "./connection/complete-connection.ts";
import { finishDeviceAuthorization, startDeviceAuthorization } from "./connection/device-authorization.ts";
import { disconnect } from "./connection/disconnect.ts";
import { keepAlive } from "./connection/keep-alive.ts";
import { OpenedConnections } from "./connection/opened-connections.ts";
import { askOptions, askShape } from "./dynamic/ask-field.ts";
import type { FieldsRequest } from "./dynamic/dynamic-request.ts";
import { parseAllowList } from "./egress/allow-list.ts";
import { Authorities } from "./egress/authorities.ts";
import { Dialer } from "./egress/dialer.ts";
import { EgressClient } from "./egress/egress-client.ts";
import { EgressGuard } from "./egress/egress-guard.ts";
import { openTransport } from "./egress/open-transport.ts";
import { otherOrigins } from "./egress/other-origins.ts";
import { ProxyRoute } from "./egress/proxy-route.ts";
import { systemResolver } from "./egress/resolve-host.ts";
import { HedgeBook } from "./hedging/hedge-book.ts";
import { Hooks } from "./hooks/hooks.ts";
import { Drains } from "./lifecycle/drains.ts";
import { Lifecycle } from "./lifecycle/lifecycle.ts";
import { lifecycleHandle } from "./lifecycle/lifecycle-handle.ts";
import { createFileAccess } from "./native/file-access.ts";
import { ResourcePool } from "./native/resource-pool.ts";
import { runCall, runStream } from "./pipeline.ts";
import { RetryBudgets } from "./retry/retry-budgets.ts";
import type { Clock, Runtime, RuntimeOptions, StreamRequest } from "./runtime.ts";
import type { Services } from "./services.ts";
import { quietSleep, systemClock } from "./system-clock.ts";
import { createCallLog } from "./telemetry/call-log.ts";
import { openCallTrace } from "./telemetry/call-trace.ts";
import { countedRuns, countedSigning } from "./telemetry/counted-code.ts";
import { createMetrics, type Metrics } from "./telemetry/metrics.ts";
import { tracedHosts } from "./telemetry/pass-traceparent.ts";
import { testConnection } from "./test-connection.ts";
import { listen } from "./triggers/listen.ts";
import { findTrigger } from "./triggers/open-trigger.ts";
import { poll } from "./triggers/poll.ts";
import { receiveWebhook, type WebhookDelivery, type WebhookResult } from "./triggers/receive-webhook.ts";
import { renew, subscribe, unsubscribe } from "./triggers/subscription.ts";

const TENANT = "default";

/**
 * Creates a runtime: the pipeline with its pools, budgets and caches, all in this process. Needs no database, no server and no
 * environment variable. Throws `DUPLICATE_NAME`, `INVALID_VALUE` for connectors or policies that contradict themselves.
 *
 * @example
 * const runtime = createRuntime({ connectors: [acmeCrm] });
 * const result = await runtime.call("acme-crm/createContact", { connection, input: { email: "ada@example.com", name: "Ada" } });
 */
export function createRuntime(options: RuntimeOptions): Runtime {
  const closing = new AbortController();
  const services = createServices(options, closing.signal);
  const tracer = traces.getTracer("@mortise/runtime");
  const ask = (use: string, request: StreamRequest): AskedCall => {
    if (!/^[^/\s]+\/[^/\s]+$/.test(use)) {
      throw new MortiseError("USAGE", `"${use}" is no operation; expected connector[@version]/operation.`);
    }
    const { tenant = TENANT, traceparent, runId, stepPath } = request;
    const trace = openCallTrace(tracer, { use, tenant, traceparent, runId, stepPath });
    return { services, use, request, tenant, startedAtMs: services.clock.now(), trace, runner };
  };
  const runner: OperationRunner = {
    call: (use, request) => runCall(ask(use, request)),
    stream: (use, request) => runStream(ask(use, request)),
  };
  return Object.freeze({
    call: (use, request) => {
      try {
        return runner.call(use, request) as never;
      } catch (error) {
        return Promise.reject(error);
      }
    },
    stream: (use, request) => runner.stream(use, request) as never,
    options: async (request) => askOptions(ask(request.operation, fieldRequest(request)), request),
    fields: async (request) => askShape(ask(request.operation, fieldRequest(request)), request),
    testConnection: (connection) => testConnection(services, connection, TENANT, runner.call),
    startAuthorization: (request) => startAuthorization(services, request, request.tenant ?? TENANT),
    finishAuthorization: (reply) => finishAuthorization(services, reply, reply.tenant ?? TENANT, runner),
    finishAuthorizationFromDelivery: (delivery) =>
      finishAuthorizationFromDelivery(services, delivery, delivery.tenant ?? TENANT, runner),
    startDeviceAuthorization: (request) => startDeviceAuthorization(services, request, request.tenant ?? TENANT),
    finishDeviceAuthorization: (reply) => finishDeviceAuthorization(services, reply, reply.tenant ?? TENANT, runner),
    completeConnection: (connection, tenant = TENANT) => completeConnection(services, connection, tenant, runner),
    disconnect: (connection, tenant = TENANT, options) => disconnect(services, connection, tenant, runner, options),
    keepAlive: (request) => keepAlive(services, request, request.tenant ?? TENANT),
    poll: (use, request) => poll(services, runner, use, request, request.tenant ?? TENANT),
    listen: (use, request) => listen(services, use, request, request.tenant ?? TENANT),
    subscribe: (use, request) => subscribe({ services, runner, tenant: request.tenant ?? TENANT }, use, request),
    unsubscribe: (use, request) => unsubscribe({ services, runner, tenant: request.tenant ?? TENANT }, use, request),
    renew: (use, request) => renew({ services, runner, tenant: request.tenant ?? TENANT }, use, request),
    receiveWebhook: (use, delivery) => receiveAt(services, use, delivery),
    status: () => ({
      ...services.admission.status(),
      budgets: services.budgetStatus(),
      lifecycle: services.lifecycle.status(),
    }),
    connector: (name) => {
      if (services.registry.get(name) === undefined)
        throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector ${name} is installed.`);
      return Object.freeze({
        ...lifecycleHandle({ connector: name }, services),
        release: () => services.lifecycle.crashes.release(name),
      });
    },
    connection: (connection, tenant = TENANT) => lifecycleHandle({ connection, tenant }, services),
    refusal: (connector, connection, tenant = TENANT) => {
      const contract = services.registry.get(connector)?.contract;
      return contract && services.lifecycle.refusal(contract, { connection: connection ?? "", tenant });
    },
    isOn: (flag, tenant = TENANT) => services.lifecycle.isOn(flag, tenant),
    describe: (use) => services.registry.operation(use)?.operation,
    close: async ({ drainMs = 0 } = {}) => {
      if (drainMs > 0 && !closing.signal.aborted)
        await lifecycleHandle({}, services).drain({ drainMs, reason: "it is being closed." });
      closing.abort(new MortiseError("CALL_CANCELLED", "The runtime is closed."));
      services.egress.close();
      await services.closeBudgets();
      await services.resources.close();
    },
  } satisfies Runtime);
}

/** What a question about a field has in common with a call. */
function fieldRequest({ connection, tenant, signal, remainingMs }: FieldsRequest): StreamRequest {
  return {
    input: null,
    ...(connection === undefined ? {} : { connection }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(signal === undefined ? {} : { signal }),
    ...(remainingMs === undefined ? {} : { remainingMs }),
  };
}

function receiveAt(services: Services, use: string, delivery: WebhookDelivery): WebhookResult {
  const { trigger, contract } = findTrigger(services, use, TENANT);
  if (trigger.kind !== "webhook") throw new MortiseError("USAGE", `${use} is a ${trigger.kind} trigger and has no address.`);
  return receiveWebhook(trigger, { ...delivery, ...(contract.schemas === undefined ? {} : { schemas: contract.schemas }) });
}

/** Changes of state are counted where this runtime sees them. */
function healthReporter(options: RuntimeOptions, clock: Clock, metrics: Metrics): HealthReporter | undefined {
  const { healthReporter: own, onConnectionHealth: tell } = options;
  if (own !== undefined || tell === undefined) return own;
  return new HealthBook(() => clock.now(), {
    changed: (change) => {
      metrics.connectionHealth({ from: change.from, to: change.to });
      tell(change);
    },
  });
}

function createServices(options: RuntimeOptions, closing: AbortSignal): Services {
  const clock = options.clock ?? systemClock;
  const elsewhere = otherOrigins(options.unsafeOrigins);
  const allow = [...(options.egress?.allow ?? []), ...Object.values(options.unsafeOrigins ?? {})];
  const resolver = options.resolver ?? systemResolver;
  const guard = new EgressGuard(parseAllowList({ allow }), resolver);
  const authorities = new Authorities(options.ca);
  const proxy = options.proxy === undefined ? undefined : new ProxyRoute(options.proxy);
  const dialer = new Dialer({ guard, resolver, authorities, proxy });
  const random = options.random ?? Math.random;
  const metrics = createMetrics();
  const health = healthReporter(options, clock, metrics);
  const egress = new EgressClient({ guard, elsewhere, authorities, transport: openTransport(options.transport, dialer) });
  const admission = openAdmission(options, { clock, random, metrics, closing });
  // A clock that is given is one of a test or a simulation: all that waits goes by it.
  const sleep = options.clock === undefined ? quietSleep : (ms: number, signal: AbortSignal) => clock.sleep(ms, signal);
  return {
    clock,
    random,
    randomBytes: options.randomBytes ?? randomBytes,
    customCode: countedSigning(options.customCode, { metrics, clock }),
    code: countedRuns(options.code, { metrics, clock }),
    codeState: options.codeState ?? memoryCodeState(),
    registry: createRegistry(options.connectors),
    connections: options.connections,
    clients: options.clients,
    trustedPublishers: new Set(options.trustedPublishers ?? ["mortise"]),
    guard,
    dialer,
    egress,
    health,
    tokens:
      options.tokenSource ??
      new TokenKeeper(() => clock.now(), options.credentialStore, { random, ...(health ? { health } : {}) }),
    files: createFileAccess({ roots: options.files?.roots ?? [], base: options.files?.base ?? process.cwd() }),
    resources: new ResourcePool(),
    ...openBudgets(options, { clock, metrics }),
    retryBudgets: new RetryBudgets(),
    hedges: new HedgeBook(),
    cache: new AnswerCache(clock),
    headerCache: new HeaderCache(clock),
    metrics,
    tally: options.tally,
    callLog: createCallLog(),
    traced: tracedHosts(options.telemetry?.traceparentTo),
    opened: new OpenedConnections(),
    admission,
    lifecycle: new Lifecycle(options, { egress, closing, now: () => clock.now(), sleep }),
    drains: new Drains(admission.deadlines, sleep),
    hooks: new Hooks(options.hooks ?? [], sleep),
    closing,
  };
}
