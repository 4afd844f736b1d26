import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { type DeviceCode, type DeviceState, deviceState, startDevice } from "./sign-in-api.ts";

/** Where signing in with a code stands. */
export type DevicePhase =
  | { readonly kind: "idle" }
  | { readonly kind: "starting" }
  | { readonly kind: "waiting"; readonly code: DeviceCode }
  | { readonly kind: "ended"; readonly state: DeviceState }
  | { readonly kind: "broken"; readonly error: Error };

/** The server asks the other system; this asks the server. */
const POLL_MS = 1_500;

/** Signs a connection in with a code that a person enters at the other system (RFC 8628). */
export function useDevice(onDone: (name: string) => void) {
  const client = useQueryClient();
  const [phase, setPhase] = useState<DevicePhase>({ kind: "idle" });
  const name = useRef("");
  const done = useRef(onDone);
  done.current = onDone;

  const id = phase.kind === "waiting" ? phase.code.id : undefined;
  useEffect(() => {
    if (id === undefined) return undefined;
    let over = false;
    const poll = setInterval(async () => {
      const state = await deviceState(name.current, id).catch(() => undefined);
      if (over || state === undefined || state.status === "pending") return;
      over = true;
      setPhase({ kind: "ended", state });
      await client.invalidateQueries({ queryKey: ["connections"] });
      if (state.status === "connected") done.current(name.current);
    }, POLL_MS);
    return () => {
      over = true;
      clearInterval(poll);
    };
  }, [id, client]);

  const start = useCallback(
    async (wish: { readonly name: string; readonly scopes?: readonly string[]; readonly prepare?: () => Promise<void> }) => {
      name.current = wish.name;
      setPhase({ kind: "starting" });
      try {
        await wish.prepare?.();
        setPhase({ kind: "waiting", code: await startDevice(wish.name, wish.scopes ?? []) });
      } catch (error) {
        await client.invalidateQueries({ queryKey: ["connections"] });
        setPhase({ kind: "broken", error: error instanceof Error ? error : new Error(String(error)) });
      }
    },
    [client],
  );

  const stop = useCallback(() => setPhase({ kind: "idle" }), []);

  return { phase, start, stop };
}
