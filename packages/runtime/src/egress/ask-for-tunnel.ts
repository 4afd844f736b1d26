import type { Socket } from "node:net";

const MAX_ANSWER_BYTES = 16 * 1024;

/** Asks a proxy for a tunnel and resolves with its status once the headers of its answer are read; what comes after them stays in the socket. */
export function askForTunnel(socket: Socket, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let head: Buffer = Buffer.alloc(0);
    const settle = (act: () => void): void => {
      socket.off("readable", read);
      socket.off("end", ended);
      socket.off("error", reject);
      act();
    };
    const fail = (message: string): void => settle(() => reject(Object.assign(new Error(message), { code: "ECONNRESET" })));
    const ended = (): void => fail("the proxy hung up");
    const read = (): void => {
      for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) {
        head = Buffer.concat([head, chunk as Buffer]);
        const end = head.indexOf("\r\n\r\n");
        if (end >= 0) {
          const rest = head.subarray(end + 4);
          const status = /^HTTP\/1\.[01] (\d{3})(?: |\r)/.exec(head.toString("latin1", 0, end + 2))?.[1];
          if (status === undefined) fail("the proxy's answer is no HTTP");
          else
            settle(() => {
              if (rest.length > 0) socket.unshift(rest);
              resolve(Number(status));
            });
          return;
        }
        if (head.length > MAX_ANSWER_BYTES) {
          fail("the proxy's answer is too long");
          return;
        }
      }
    };
    socket.on("readable", read);
    socket.once("end", ended);
    socket.once("error", reject);
    socket.write(request);
  });
}
