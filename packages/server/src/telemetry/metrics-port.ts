import { createServer } from "node:http";
import { MortiseError } from "@mortise/contract";
import type { MetricsPage } from "./metrics-page.ts";

/** Where a process that serves nothing else is scraped. */
export interface MetricsPort {
  /** `http://…/metrics` */
  readonly url: string;
  close(): Promise<void>;
}

/** Options of {@link openMetricsPort}. */
export interface MetricsPortOptions {
  /** 0: any free one. */
  readonly port: number;
  /** Address that is listened at. Absent: 127.0.0.1, so this machine alone. There is no sign-in: metrics name connectors and operations. */
  readonly host?: string;
  readonly metrics: (accept?: string) => Promise<MetricsPage>;
}

/** Serves `/metrics` to Prometheus, and nothing else. Throws `PORT_IN_USE`. */
export async function openMetricsPort({ port, host = "127.0.0.1", metrics }: MetricsPortOptions): Promise<MetricsPort> {
  const server = createServer((request, response) => {
    const isAsked = request.url?.split("?")[0] === "/metrics" && (request.method === "GET" || request.method === "HEAD");
    if (!isAsked) {
      response.writeHead(404).end();
      return;
    }
    metrics(request.headers.accept).then(
      ({ contentType, text }) => response.writeHead(200, { "content-type": contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.requestTimeout = 30_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new MortiseError("PORT_IN_USE", `Port ${port} cannot be used: ${cause.message}.`, { cause })),
    );
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${taken}/metrics`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
