import http from "@mortise/connector-http";
import type { Json } from "@mortise/contract";
import { createRuntime, type Runtime } from "@mortise/runtime";
import type { WayOut } from "../tokens/owner-notices.ts";

/** A signed message for an endpoint. */
export interface EndpointMessage {
  readonly url: string;
  readonly headers: { readonly [name: string]: string };
  /** JSON, as it was signed. */
  readonly body: string;
}

/** What an endpoint answered; without a status none came. */
export interface EndpointAnswer {
  readonly status?: number;
  readonly error?: string;
  readonly retryAfterMs?: number;
}

/** Sends a message once. Never throws. */
export type SendToEndpoint = (message: EndpointMessage) => Promise<EndpointAnswer>;

/** Posts messages on the same way out as every call, with the deployment's egress policy; nothing is repeated here. */
export class EndpointSender {
  readonly #runtime: Runtime;

  readonly #now: () => number;

  constructor(way: WayOut, now: () => number) {
    this.#now = now;
    const { egress, transport, proxy, ca } = way;
    this.#runtime = createRuntime({
      connectors: [http],
      ...(egress ? { egress } : {}),
      ...(transport ? { transport } : {}),
      ...(proxy ? { proxy } : {}),
      ...(ca ? { ca } : {}),
    });
  }

  readonly send: SendToEndpoint = async ({ url, headers, body }) => {
    const result = await this.#runtime.call("http/post", { input: { url, headers, body: JSON.parse(body) as Json } });
    if (result.outcome === "success") return { status: (result.output as { readonly status: number }).status };
    const { status, message, retryAtMs } = result.error;
    return {
      ...(status === undefined ? {} : { status }),
      error: message,
      ...(retryAtMs === undefined ? {} : { retryAfterMs: Math.max(0, retryAtMs - this.#now()) }),
    };
  };

  async close(): Promise<void> {
    await this.#runtime.close();
  }
}
