import { randomUUID } from "node:crypto";
import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import type { DemoService } from "./airports-service.ts";

/** A mail as the inbox shows it. */
export interface DemoMail {
  readonly id: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly receivedAtMs: number;
}

/** The inbox keeps this many mails; older ones go. */
const MOST_MAILS = 200;

/** A mail server on a free loopback port that keeps what it gets. */
export async function startInboxService(now: () => number): Promise<DemoService & { mails(): readonly DemoMail[] }> {
  let mails: readonly DemoMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    size: 5_000_000,
    onData: (stream, _session, done) => {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.once("error", done);
      stream.once("end", () => {
        PostalMime.parse(Buffer.concat(parts)).then((mail) => {
          const to = (mail.to ?? []).flatMap(({ address }) => address ?? []);
          mails = [
            {
              id: mail.messageId ?? randomUUID(),
              from: mail.from?.address ?? "",
              to,
              subject: mail.subject ?? "",
              text: mail.text ?? "",
              receivedAtMs: now(),
            },
            ...mails,
          ].slice(0, MOST_MAILS);
          done();
        }, done);
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => resolve());
  });
  server.on("error", () => {});
  return {
    port: (server.server.address() as AddressInfo).port,
    mails: () => mails,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
