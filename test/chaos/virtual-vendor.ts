import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { EventClock } from "./event-clock.ts";

/** A vendor with so many workers: requests that find none free wait in its queue, the first come first. */
export interface VirtualVendor {
  readonly origin: string;
  /** Requests that came. */
  readonly arrived: () => number;
  /** Requests that it holds, worked on or waiting. */
  readonly held: () => number;
  close(): Promise<void>;
}

export interface VendorOptions {
  readonly clock: EventClock;
  readonly workers: number;
  /** How long a worker takes for the nth request, ms. */
  readonly serviceMs: (count: number, path: string) => number;
  /** What it answers when it is done. */
  readonly status: (path: string) => number;
}

/** Opens a vendor on loopback whose time is the clock's: the network takes none. */
export async function openVendor({ clock, workers, serviceMs, status }: VendorOptions): Promise<VirtualVendor> {
  let arrived = 0;
  let held = 0;
  let free = workers;
  const queue: (() => void)[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? "";
    const count = ++arrived;
    held++;
    request.resume();
    if (free > 0) free--;
    else await new Promise<void>((resolve) => queue.push(resolve));
    await clock.sleep(serviceMs(count, path));
    const next = queue.shift();
    if (next === undefined) free++;
    else next();
    held--;
    response.writeHead(status(path), { "content-type": "application/json" });
    response.end("{}");
  });
  server.keepAliveTimeout = 600_000;
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived: () => arrived,
    held: () => held,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
