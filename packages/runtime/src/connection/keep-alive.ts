import type { TokenLife } from "@mortise/auth";
import type { ConnectionRef } from "../runtime.ts";
import type { Services } from "../services.ts";
import { findConnection } from "./find-connection.ts";
import { openConnection } from "./open-connection.ts";
import { tokenTransport } from "./token-transport.ts";

/** What is kept alive, and when it is time. */
export interface KeepAliveRequest {
  readonly connection: ConnectionRef;
  /**
   * Whether to renew now, by the life of the tokens as it is known: another process may have renewed them a moment ago. Absent: once
   * `nextRefreshMs` is over.
   */
  readonly isDue?: (life: TokenLife) => boolean;
  readonly tenant?: string;
  /** Ends the waiting, not the renewing. Absent: only closing the runtime does. */
  readonly signal?: AbortSignal;
}

/**
 * Renews a connection's stored tokens ahead of need, and says when they end and are due again: `{}` where none are stored. Throws
 * `CONNECTION_NOT_FOUND`, `CONNECTOR_NOT_FOUND`, and what a call without a token throws.
 */
export async function keepAlive(services: Services, request: KeepAliveRequest, tenant: string): Promise<TokenLife> {
  const { connection: ref, signal = services.closing } = request;
  const { connection, contract } = await findConnection(services, ref, tenant);
  const open = openConnection(contract, connection, tenant);
  const isDue = request.isDue ?? (({ nextRefreshMs = Number.POSITIVE_INFINITY }) => services.clock.now() >= nextRefreshMs);
  return (await open.tokens?.keepAlive(services.tokens, tokenTransport(services, open), signal, isDue)) ?? {};
}
