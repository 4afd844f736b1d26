import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

/** A real SMTP server that keeps what it accepts. */
export interface Inbox {
  readonly port: number;
  readonly mails: readonly Email[];
  close(): Promise<void>;
}

/** Starts an SMTP server on a free loopback port; with `login`, it asks for that user and password. */
export async function startInbox(login?: { readonly user: string; readonly password: string }): Promise<Inbox> {
  const mails: Email[] = [];
  const server = new SMTPServer({
    disabledCommands: login ? ["STARTTLS"] : ["STARTTLS", "AUTH"],
    authOptional: login === undefined,
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      if (login && auth.username === login.user && auth.password === login.password) done(null, { user: login.user });
      else done(new Error("Invalid login"));
    },
    onData(stream, _session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        PostalMime.parse(Buffer.concat(parts)).then((mail) => {
          mails.push(mail);
          done();
        }, done);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", () => resolve()));
  const { port } = server.server.address() as AddressInfo;
  return { port, mails, close: () => new Promise((resolve) => server.close(() => resolve())) };
}
