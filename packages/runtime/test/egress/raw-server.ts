import { type AddressInfo, createServer, type Socket } from "node:net";

/** A TCP server that says what a test has it say, HTTP or not. */
export interface RawServer {
  readonly origin: string;
  readonly port: number;
  /** Sockets that were accepted. */
  readonly accepted: number;
  /** Heads of requests, in order. */
  readonly heads: readonly string[];
  /** Sockets that are open. */
  readonly open: ReadonlySet<Socket>;
  /** Resolves when no socket is open. */
  allClosed(): Promise<void>;
  close(): Promise<void>;
}

/** `answer` is called with each request's head once it is there; `count` is 1 for the first. Bodies of requests are ignored. */
export async function rawServer(answer: (socket: Socket, head: string, count: number) => void): Promise<RawServer> {
  const heads: string[] = [];
  const open = new Set<Socket>();
  let accepted = 0;
  const waiting: (() => void)[] = [];
  const server = createServer((socket) => {
    accepted++;
    open.add(socket);
    let text = "";
    socket.on("error", () => undefined);
    socket.on("close", () => {
      open.delete(socket);
      if (open.size === 0) for (const go of waiting.splice(0)) go();
    });
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        const head = text.slice(0, end);
        const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (text.length < end + 4 + length) return;
        text = text.slice(end + 4 + length);
        heads.push(head);
        answer(socket, head, heads.length);
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    heads,
    open,
    get accepted() {
      return accepted;
    },
    allClosed: () => new Promise((resolve) => void (open.size === 0 ? resolve() : waiting.push(resolve))),
    close: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** An HTTP answer with a length. */
export const ok = (body: string, headers = ""): string =>
  `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${headers}\r\n${body}`;
