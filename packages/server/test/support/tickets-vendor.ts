import { createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Contract, JsonSchemaObject, Operation } from "@mortise/contract";
import type { Connector } from "@mortise/sdk";

/** A vendor with a list of tickets, and webhooks that end after an hour unless they are renewed. */
export interface TicketsVendor {
  readonly origin: string;
  /** What is listed. */
  tickets: { readonly id: number }[];
  /** Answers with this status; 200: as it should. */
  status: number;
  /** Calls of subscriptions, in order: `subscribe`, `renew h1`, `unsubscribe h1`. */
  readonly calls: string[];
  /** What it was given to sign with. */
  secret: string;
  url: string;
  /** How often the list was read. */
  reads: number;
  /** A delivery, signed as it signs. */
  delivery(id: string, event: object): { readonly body: object; readonly headers: Readonly<Record<string, string>> };
  close(): Promise<void>;
}

export async function ticketsVendor(): Promise<TicketsVendor> {
  let hooks = 0;
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const answer = (body: unknown, status = 200) =>
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    const { method, url = "" } = request;
    if (vendor.status !== 200) return answer({ message: "out of order" }, vendor.status);
    if (url === "/tickets") {
      vendor.reads += 1;
      return answer({ tickets: vendor.tickets });
    }
    const hook = url.split("/")[2];
    if (method === "POST" && hook === undefined) {
      const { url: target, secret } = JSON.parse(text) as { url: string; secret: string };
      Object.assign(vendor, { url: target, secret });
      hooks += 1;
      vendor.calls.push("subscribe");
      return answer({ hook: `h${hooks}` });
    }
    vendor.calls.push(`${method === "DELETE" ? "unsubscribe" : "renew"} ${hook}`);
    return answer({});
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const vendor: TicketsVendor = {
    origin: `http://127.0.0.1:${port}`,
    tickets: [],
    status: 200,
    calls: [],
    secret: "",
    url: "",
    reads: 0,
    delivery: (id, event) => {
      const body = { id, ticket: event };
      const signature = createHmac("sha256", vendor.secret).update(JSON.stringify(body)).digest("hex");
      return { body, headers: { "x-signature": `sha256=${signature}`, "x-delivery": id } };
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return vendor;
}

const operation = (parts: Partial<Operation>): Operation => ({
  title: "Sample",
  effect: "read",
  idempotency: "natural",
  scopes: [],
  input: {},
  output: {},
  identity: [],
  outcomes: [],
  examples: [],
  ...parts,
});
const at = (path: string) => ({ $text: `\${settings.baseUrl}${path}` });
const ticket: JsonSchemaObject = { type: "object", required: ["id"], properties: { id: { type: "integer" } } };
const hookInput: JsonSchemaObject = { type: "object", properties: { hook: { type: "string" } } };
const common = {
  scopes: [],
  input: { type: "object", additionalProperties: false },
  output: ticket,
  identity: ["/id"],
  examples: [],
} as const;

/** A connector to that vendor, with a trigger of each kind. `every`: between two polls; `ttl`: the life of a subscription. */
export function ticketsConnector({ every = "1s", ttl = "1h" } = {}): Connector {
  const contract: Contract = {
    format: "mortise.contract/1",
    name: "tickets",
    version: "1.0.0",
    title: "Tickets",
    publisher: "acme",
    settings: { type: "object", required: ["baseUrl"], properties: { baseUrl: { type: "string" } } },
    hosts: ["*"],
    auth: {},
    budgets: {},
    operations: {
      list: operation({
        request: { method: "GET", url: at("/tickets") },
        stream: { items: "/tickets", resume: "none" },
        identity: ["/id"],
      }),
      subscribe: operation({
        effect: "create",
        idempotency: "none",
        request: { method: "POST", url: at("/hooks"), body: { url: { $cel: "input.url" }, secret: { $cel: "input.secret" } } },
      }),
      renew: operation({
        effect: "update",
        input: hookInput,
        request: { method: "PUT", url: { $text: "${settings.baseUrl}/hooks/${input.hook}" }, body: {} },
      }),
      unsubscribe: operation({
        effect: "delete",
        input: hookInput,
        request: { method: "DELETE", url: { $text: "${settings.baseUrl}/hooks/${input.hook}" } },
      }),
    },
    triggers: {
      newTicket: {
        kind: "poll",
        title: "New ticket",
        ...common,
        source: { operation: "list", with: {} },
        every,
        firstRun: "skip",
      },
      ticketMade: {
        kind: "webhook",
        title: "Ticket made",
        ...common,
        subscribe: { operation: "subscribe", with: { url: { $cel: "webhook.url" }, secret: { $cel: "webhook.secret" } } },
        unsubscribe: { operation: "unsubscribe", with: { hook: { $cel: "subscription.hook" } } },
        renew: { operation: "renew", with: { hook: { $cel: "subscription.hook" } }, ttl },
        event: { $cel: "body.ticket" },
        signature: {
          algorithm: "hmac-sha256",
          header: "X-Signature",
          encoding: "hex",
          prefix: "sha256=",
          idHeader: "X-Delivery",
        },
      },
    },
  };
  return { contract, natives: {} };
}
