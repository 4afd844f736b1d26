import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A request as the server saw it. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
}

/**
 * A small REST service over loopback: `/contacts` keeps what is put into it, `/echo` answers with what it got, `/flaky/N` fails N
 * times with 503, `/secret` wants the bearer token `right`, everything else is not there.
 */
export async function startRestServer() {
  const seen: SeenRequest[] = [];
  const contacts = new Map<string, unknown>([["c1", { id: "c1", email: "ada@example.com" }]]);
  const failed = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? "/", "http://x");
    const method = request.method ?? "";
    seen.push({ method, path: url.pathname + url.search, headers: request.headers, body, atMs: Date.now() });
    const answer = (status: number, value?: unknown, headers: Record<string, string> = {}) => {
      const text = value === undefined ? "" : JSON.stringify(value);
      response.writeHead(status, { ...(text ? { "content-type": "application/json" } : {}), ...headers });
      response.end(method === "HEAD" ? undefined : text);
    };
    const [, area = "", id = ""] = url.pathname.split("/");
    const known = contacts.get(id);
    if (area === "" || area === "ping") return answer(200, { ok: true });
    if (area === "text") return response.writeHead(200, { "content-type": "text/plain" }).end("zip 00501");
    if (area === "echo") return answer(200, { method, query: url.search, body, type: request.headers["content-type"] ?? null });
    if (area === "flaky") {
      const times = failed.get(url.pathname) ?? 0;
      failed.set(url.pathname, times + 1);
      return times < Number(id) ? answer(503, { message: "not now" }) : answer(200, { times });
    }
    if (area === "secret")
      return request.headers.authorization === "Bearer right" ? answer(200, { ok: true }) : answer(401, { message: "no" });
    if (area !== "contacts") return answer(404, { message: "nothing here" });
    if (method === "POST") {
      const made = { id: `c${contacts.size + 1}`, ...(JSON.parse(body) as object) };
      contacts.set(made.id, made);
      return answer(201, made, { location: `/contacts/${made.id}` });
    }
    if (known === undefined) return answer(404, { message: "no such contact" });
    if (method === "DELETE") return contacts.delete(id) ? answer(204) : answer(404);
    if (method === "PUT") contacts.set(id, { id, ...(JSON.parse(body) as object) });
    if (method === "PATCH") contacts.set(id, { ...(known as object), ...(JSON.parse(body) as object) });
    return answer(200, contacts.get(id), { etag: '"1"' });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
