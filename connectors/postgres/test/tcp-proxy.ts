import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { localhostCertificate } from "./localhost-certificate.ts";

/** A TCP port in front of a database's Unix socket; `encrypted` answers PostgreSQL's request for TLS (protocol 3.0, SSLRequest) with yes. */
export async function tcpProxy(
  socketPath: string,
  encrypted: boolean,
): Promise<{ readonly port: number; readonly sockets: Set<Socket>; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const join = (front: Socket) => {
    const back = connect(socketPath);
    front.on("error", () => {}).on("close", () => back.destroy());
    back.on("error", () => {}).on("close", () => front.destroy());
    front.pipe(back).pipe(front);
  };
  const server = createServer((front) => {
    sockets.add(front);
    front.on("error", () => {}).on("close", () => sockets.delete(front));
    front.once("data", (first) => {
      if (first.length !== 8 || first.readInt32BE(4) !== 80_877_103) {
        front.unshift(first);
        join(front);
      } else if (encrypted) {
        front.write("S");
        join(new TLSSocket(front, { isServer: true, ...localhostCertificate }));
      } else front.write("N");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
