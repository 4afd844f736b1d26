import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { Aedes } from "aedes";

/** A real broker on a free loopback port. */
export interface Broker {
  readonly port: number;
  /** What was published by clients, in order. */
  readonly published: { readonly topic: string; readonly payload: string }[];
  publish(topic: string, payload: string): Promise<void>;
  /** Cuts every session. */
  cut(): void;
  close(): Promise<void>;
}

/** Starts one. `password`: what every client must show. */
export async function broker({ password }: { readonly password?: string } = {}): Promise<Broker> {
  const aedes = await Aedes.createBroker({
    authenticate: (_client, _username, given, done) => {
      if (password === undefined || given?.toString() === password) done(null, true);
      else done(Object.assign(new Error("wrong password"), { returnCode: 5 as const }), null);
    },
  });
  const published: Broker["published"] = [];
  aedes.on("publish", ({ topic, payload }, client) => {
    if (client) published.push({ topic, payload: payload.toString() });
  });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => undefined);
    aedes.handle(socket);
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    published,
    publish: (topic, payload) =>
      new Promise((resolve, reject) => {
        const packet = { cmd: "publish", topic, payload: Buffer.from(payload), qos: 1, retain: false, dup: false } as const;
        aedes.publish(packet, (error) => (error ? reject(error) : resolve()));
      }),
    cut,
    close: async () => {
      cut();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
