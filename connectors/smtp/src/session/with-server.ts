import type { NativeContext } from "@mortise/sdk";
import SMTPConnection from "nodemailer/lib/smtp-connection";
import type { SmtpSettings } from "../settings.ts";
import { smtpError } from "./smtp-error.ts";

const PORTS = { tls: 465, starttls: 587, none: 25 };
/** How long the server may be silent, ms. */
const SILENCE_MS = 30_000;

/** Opens a session (greeting, encryption, sign-in), does the work, and ends it with QUIT; on failure it is cut. */
export async function withServer<T>(ctx: NativeContext<SmtpSettings>, work: (server: SMTPConnection) => Promise<T>): Promise<T> {
  const { host, secure = "starttls", port = PORTS[secure], ca } = ctx.settings;
  const socket = await ctx.connect({ host, port });
  const server = new SMTPConnection({
    connection: socket,
    host,
    port,
    secure: secure === "tls",
    requireTLS: secure === "starttls",
    ignoreTLS: secure === "none",
    greetingTimeout: SILENCE_MS,
    socketTimeout: SILENCE_MS,
    tls: ca ? { ca } : {},
  });
  const cut = Promise.withResolvers<never>();
  cut.promise.catch(() => {});
  server.on("error", (error) => cut.reject(error)).on("end", () => cut.reject(closedEarly()));
  const abort = () => cut.reject(ctx.signal.reason);
  ctx.signal.addEventListener("abort", abort, { once: true });
  try {
    const result = await Promise.race([signedIn(server, ctx).then(() => work(server)), cut.promise]);
    server.quit();
    return result;
  } catch (error) {
    server.close();
    socket.destroy();
    ctx.signal.throwIfAborted();
    throw smtpError(error);
  } finally {
    ctx.signal.removeEventListener("abort", abort);
  }
}

async function signedIn(server: SMTPConnection, ctx: NativeContext<SmtpSettings>): Promise<void> {
  await new Promise<void>((resolve, reject) => server.connect((error) => (error ? reject(error) : resolve())));
  const { username, password } = ctx.credential;
  if (username === undefined) return;
  if (!server.secure)
    ctx.log("warn", "The password is sent over a connection that is not encrypted.", { host: ctx.settings.host });
  const credentials = { user: username, pass: password ?? "" };
  await new Promise<void>((resolve, reject) => server.login({ credentials }, (error) => (error ? reject(error) : resolve())));
}

function closedEarly(): Error {
  return Object.assign(new Error("The mail server closed the connection."), { code: "ECONNECTION" });
}
