import type { StreamContext } from "@mortise/sdk";
import { MqttClient } from "mqtt";
import type { MqttSettings } from "../settings.ts";
import { BrokerError, brokerError } from "./broker-error.ts";

/** What a session is opened with. */
export interface SessionOptions {
  /** Absent: one by chance, and the broker keeps nothing when it ends. */
  readonly clientId?: string;
}

/** Connects to a broker over a socket that the context has checked and opened (MQTT 3.1.1). A session that was cut is not opened again by itself. */
export async function openSession(
  ctx: Pick<StreamContext<MqttSettings>, "settings" | "credential" | "signal" | "connect">,
  { clientId }: SessionOptions = {},
): Promise<MqttClient> {
  const { host, tls = true, port = tls ? 8_883 : 1_883 } = ctx.settings;
  const socket = await ctx.connect({ host, port, tls });
  const { username, password } = ctx.credential;
  const client = new MqttClient(() => socket, {
    protocolVersion: 4,
    reconnectPeriod: 0,
    connectTimeout: 20_000,
    keepalive: 30,
    clean: clientId === undefined,
    ...(clientId === undefined ? {} : { clientId }),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
  });
  const abort = () => client.end(true);
  ctx.signal.addEventListener("abort", abort, { once: true });
  client.once("close", () => ctx.signal.removeEventListener("abort", abort));
  try {
    await new Promise<void>((resolve, reject) => {
      client.once("connect", () => resolve());
      client.once("error", reject);
      client.once("close", () => reject(new BrokerError("ECLOSED", "The broker closed the session.", undefined)));
    });
    // What goes wrong from now on ends the session, which whoever uses it notices by its close.
    client.on("error", () => undefined);
    return client;
  } catch (error) {
    client.on("error", () => undefined);
    client.end(true);
    ctx.signal.throwIfAborted();
    throw brokerError(error);
  }
}
