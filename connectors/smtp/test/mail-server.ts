import type { AddressInfo, Socket } from "node:net";
import { SMTPServer, type SMTPServerOptions } from "smtp-server";
import { afterAll } from "vitest";

/** A real SMTP server on a free port that keeps what it accepts. */
export interface MailServer {
  readonly port: number;
  readonly mails: { readonly raw: string; readonly from: string; readonly to: readonly string[]; readonly encrypted: boolean }[];
  /** Bytes of a message that were read although no dot came. */
  readonly begun: () => number;
}

/** Starts a server for a test file. `reply` answers the message after its dot: an error's `responseCode` is the reply code. */
export async function mailServer(
  options: SMTPServerOptions = {},
  reply: () => Error | "hang up" | undefined = () => undefined,
): Promise<MailServer> {
  const mails: { raw: string; from: string; to: string[]; encrypted: boolean }[] = [];
  let begun = 0;
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    logger: false,
    ...options,
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => {
        begun += chunk.length;
        chunks.push(chunk);
      });
      stream.on("end", () => {
        const answer = reply();
        if (answer === "hang up") {
          for (const { _socket } of (server as unknown as { connections: Set<{ _socket: Socket }> }).connections)
            _socket.destroy();
          return;
        }
        if (answer) return void callback(answer);
        const { mailFrom, rcptTo } = session.envelope;
        mails.push({
          raw: Buffer.concat(chunks).toString("utf8"),
          from: mailFrom ? mailFrom.address : "",
          to: rcptTo.map(({ address }) => address),
          encrypted: session.secure,
        });
        callback();
      });
    },
  });
  server.on("error", () => {});
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, mails, begun: () => begun };
}
