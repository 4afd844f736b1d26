import type { CallResult, Json, Operation } from "@mortise/contract";
import type { CallRequest, Runtime, StreamRequest } from "@mortise/runtime";

/** A runtime whose calls are recorded and whose streams count from the cursor. */
export function fakeRuntime(answer: (operation: string, request: CallRequest) => Promise<CallResult>, rows = 10) {
  const calls: { operation: string; request: CallRequest }[] = [];
  const streams: { from: Json; closed: boolean; pages: number }[] = [];
  const runtime: Runtime = {
    call: async (operation, request) => {
      calls.push({ operation, request });
      return (await answer(operation, request)) as never;
    },
    stream: (_operation, request) => countFrom(request, rows, streams) as never,
    testConnection: async () => ({ outcome: "success", output: null, meta: { attempts: 1, waitMs: 0, durationMs: 0 } }),
    describe: (operation) => ({ "shop/addOrder": order, "shop/listOrders": list })[operation],
    status: () => {
      throw new Error("not used here");
    },
    connector: () => {
      throw new Error("not used here");
    },
    connection: () => {
      throw new Error("not used here");
    },
    isOn: () => false,
    refusal: () => undefined,
    close: async () => {},
    options: unused,
    fields: unused,
    startAuthorization: unused,
    finishAuthorization: unused,
    finishAuthorizationFromDelivery: unused,
    startDeviceAuthorization: unused,
    finishDeviceAuthorization: unused,
    completeConnection: unused,
    disconnect: unused,
    keepAlive: unused,
    poll: unused,
    subscribe: unused,
    unsubscribe: unused,
    renew: unused,
    listen: () => {
      throw new Error("not used here");
    },
    receiveWebhook: () => ({ kind: "refused", reason: "not used here" }),
  };
  return { runtime, calls, streams };
}

const unused = (): Promise<never> => Promise.reject(new Error("not used here"));

const order: Operation = {
  title: "Add order",
  effect: "create",
  idempotency: "none",
  scopes: [],
  input: { type: "object", properties: { password: { type: "string", "x-secret": true } } },
  output: { type: "object", properties: { password: { type: "string", "x-secret": true } } },
  identity: [],
  outcomes: [],
  examples: [],
};

const list: Operation = {
  ...order,
  title: "List orders",
  effect: "read",
  idempotency: "natural",
  stream: { items: "/rows", resume: "cursor" },
};

async function* countFrom(
  { cursor, pageSize = 3, signal }: StreamRequest,
  rows: number,
  streams: { from: Json; closed: boolean; pages: number }[],
) {
  const stream = { from: cursor ?? null, closed: false, pages: 0 };
  streams.push(stream);
  try {
    for (let at = Number(cursor ?? 0); at < rows; at += pageSize) {
      signal?.throwIfAborted();
      stream.pages++;
      const items = Array.from({ length: Math.min(pageSize, rows - at) }, (_, index) => at + index);
      yield { items, next: at + pageSize < rows ? at + pageSize : null };
    }
  } finally {
    stream.closed = true;
  }
}
