import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { cancelDevice, type DeviceCode, type DeviceState, decideDevice, deviceState, startDevice } from "./sign-in-api.ts";

/** Where signing in with a code stands. */
export type DevicePhase =
  | { readonly kind: "idle" }
  | { readonly kind: "starting" }
  | { readonly kind: "waiting"; readonly code: DeviceCode }
  | { readonly kind: "asked"; readonly code: DeviceCode; readonly state: DeviceState }
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
      if (state.status === "other_account" && phase.kind === "waiting") {
        setPhase({ kind: "asked", code: phase.code, state });
        return;
      }
      setPhase({ kind: "ended", state });
      await client.invalidateQueries({ queryKey: ["connections"] });
      if (state.status === "connected") done.current(name.current);
    }, POLL_MS);
    return () => {
      over = true;
      clearInterval(poll);
    };
  }, [id, client, phase]);

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

  /** Whether another account takes the place of the one before. */
  const decide = useCallback(async (code: DeviceCode, replace: boolean) => {
    await decideDevice(name.current, code.id, replace);
    setPhase({ kind: "waiting", code });
  }, []);

  const stop = useCallback(async () => {
    setPhase({ kind: "idle" });
    if (id !== undefined) await cancelDevice(name.current, id).catch(() => undefined);
  }, [id]);

  return { phase, start, decide, stop };
}
