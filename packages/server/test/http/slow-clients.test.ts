// Pins: connections that are held for ever by whoever takes answers slowly or not at all, and a client that is only far away, or waits for events,
// being taken for one of those.
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { closeSlowReaders } from "../../src/http/slow-clients.ts";

const HUGE = Buffer.alloc(64_000_000, "x");
const open: { readonly server: Server; readonly clients: Socket[] }[] = [];
afterEach(async () => {
  for (const { server, clients } of open.splice(0)) {
    for (const client of clients) client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server with limits that are soon reached; `gone` are its ends of connections that were closed. */
async function serving(body: Buffer, limits: Parameters<typeof closeSlowReaders>[1]) {
  const clients: Socket[] = [];
  const gone: Socket[] = [];
  const server = createServer((_, response) => response.end(body));
  closeSlowReaders(server, { everyMs: 20, ...limits });
  server.on("connection", (socket) => socket.once("close", () => gone.push(socket)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push({ server, clients });
  const ask = (): Socket => {
    const client = connect((server.address() as AddressInfo).port, "127.0.0.1").pause();
    client.on("error", () => undefined);
    client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    clients.push(client);
    return client;
  };
  return { ask, gone };
}

describe("a client that is slow", () => {
  it("and takes nothing is disconnected (C1)", async () => {
    const { ask, gone } = await serving(HUGE, { stallMs: 200 });
    ask();
    await expect.poll(() => gone.length, { timeout: 60_000 }).toBe(1);
  });

  it("and takes a little now and then is disconnected too (C1)", async () => {
    const { ask, gone } = await serving(HUGE, { stallMs: 60_000, patienceMs: 300, leastBytesPerSecond: 500_000_000 });
    const client = ask();
    const taking = setInterval(() => client.read(1_000), 20);
    try {
      await expect.poll(() => gone.length, { timeout: 60_000 }).toBe(1);
    } finally {
      clearInterval(taking);
    }
  });

  it("but has taken all there is may stay (C2)", async () => {
    const { ask, gone } = await serving(Buffer.from("all there is"), { stallMs: 20, patienceMs: 20 });
    const client = ask();
    client.resume();
    // Looked at a dozen times.
    await delay(300);
    expect(gone).toEqual([]);
  });

  it("and takes it as fast as it comes has all of it", async () => {
    const { ask, gone } = await serving(HUGE, { stallMs: 30_000, patienceMs: 30_000 });
    const client = ask();
    let taken = 0;
    client.on("data", (chunk: Buffer) => {
      taken += chunk.length;
    });
    client.resume();
    await expect.poll(() => taken, { timeout: 60_000 }).toBeGreaterThanOrEqual(HUGE.length);
    expect(gone).toEqual([]);
  });
});
