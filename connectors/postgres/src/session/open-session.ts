import type { Socket } from "node:net";
import { userInfo } from "node:os";
import { MortiseError, type NativeContext, type NetworkTarget } from "@mortise/sdk";
import pg from "pg";
import { sqlError } from "../errors/sql-error.ts";
import type { PostgresSettings } from "../settings.ts";
import { jsonTypes } from "../values/json-types.ts";

/** A statement runs this long at most on the server, ms; the call's own deadline is usually nearer. */
const STATEMENT_TIMEOUT_MS = 120_000;

/** One connection to the server. */
export interface Session {
  readonly client: pg.Client;
  /** False once the connection has ended or failed. */
  readonly alive: boolean;
  /** Cuts the connection, whatever is under way. */
  abort(): void;
  close(): Promise<void>;
}

/** Opens a session over a socket that the call's context has checked and opened. */
export async function openSession(ctx: NativeContext<PostgresSettings>): Promise<Session> {
  const { settings } = ctx;
  const target = targetOf(settings);
  const socket = await ctx.connect(target);
  const client = new pg.Client({
    stream: () => connected(socket),
    host: "host" in target ? target.host : settings.socket,
    port: settings.port ?? 5432,
    database: settings.database,
    user: ctx.credential.username ?? settings.user ?? userInfo().username,
    password: () => ctx.credential.password ?? "",
    ssl: "host" in target ? tlsOf(settings) : false,
    application_name: "mortise",
    types: jsonTypes,
  });
  let alive = true;
  const ended = () => {
    alive = false;
  };
  client.on("error", ended).on("end", ended);
  const session: Session = {
    client,
    get alive() {
      return alive;
    },
    abort() {
      alive = false;
      socket.destroy();
    },
    async close() {
      await client.end().catch(() => {});
      socket.destroy();
    },
  };
  const abort = () => session.abort();
  ctx.signal.addEventListener("abort", abort, { once: true });
  try {
    await client.connect();
    await client.query(SETUP, [settings.timeZone ?? "UTC", `${STATEMENT_TIMEOUT_MS}ms`]);
    return session;
  } catch (error) {
    session.abort();
    ctx.signal.throwIfAborted();
    throw connectError(error, settings);
  } finally {
    ctx.signal.removeEventListener("abort", abort);
  }
}

/** What the conversions to JSON rely on. */
const SETUP = `select set_config('DateStyle', 'ISO, MDY', false), set_config('IntervalStyle', 'iso_8601', false),
  set_config('bytea_output', 'hex', false), set_config('extra_float_digits', '1', false),
  set_config('TimeZone', $1, false), set_config('statement_timeout', $2, false)`;

function targetOf(settings: PostgresSettings): NetworkTarget {
  if (settings.socket) return { unixSocket: `${settings.socket}/.s.PGSQL.${settings.port ?? 5432}` };
  if (settings.host) return { host: settings.host, port: settings.port ?? 5432 };
  throw new MortiseError("MISCONFIGURED", "The connection has neither a host nor a Unix socket folder.", {
    remedy: "Set the host in the connection's settings.",
    path: "/settings/host",
  });
}

function tlsOf(settings: PostgresSettings): false | { rejectUnauthorized: boolean; ca?: string } {
  const mode = settings.ssl ?? "verify";
  if (mode === "off") return false;
  return { rejectUnauthorized: mode === "verify", ...(settings.ca && { ca: settings.ca }) };
}

/** The driver connects sockets itself; ours is connected, so its `connect` only says so. */
function connected(socket: Socket): Socket {
  return Object.assign(socket, {
    connect: () => {
      setImmediate(() => socket.emit("connect"));
      return socket;
    },
  });
}

function connectError(error: unknown, settings: PostgresSettings): unknown {
  const message = error instanceof Error ? error.message : String(error);
  const code = (error as { code?: unknown }).code;
  if (message.includes("does not support SSL")) {
    return new MortiseError("MISCONFIGURED", `The server at ${settings.host} does not offer encryption.`, {
      remedy: "Turn encryption on at the server, or set the connection's encryption to off.",
      path: "/settings/ssl",
      cause: error,
    });
  }
  if (typeof code === "string" && /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS/.test(code)) {
    return new MortiseError("MISCONFIGURED", `The certificate of ${settings.host} is not accepted: ${message}.`, {
      remedy: "Give the certificate of its authority in the settings, or set the encryption to require.",
      path: "/settings/ca",
      nativeCode: code,
      cause: error,
    });
  }
  if (message.startsWith("SASL:")) {
    return new MortiseError("AUTH_FAILED", "The server asks for a password, and the connection has none that it can use.", {
      cause: error,
    });
  }
  return sqlError(error);
}
