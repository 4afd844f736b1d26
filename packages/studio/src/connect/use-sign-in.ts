import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { hear } from "./connect-channel.ts";
import { authorize, cancelSignIn, decide, type SignInResult, type SignInStatus, signInStatus } from "./sign-in-api.ts";

/** Where a sign-in stands for the page that began it. */
export type SignInPhase =
  | { readonly kind: "idle" }
  | { readonly kind: "starting" }
  /** `url` is there where the browser opened no window. */
  | { readonly kind: "blocked"; readonly url: string }
  | { readonly kind: "waiting"; readonly id: string }
  /** The other system has answered, and the person is asked whether it is used. */
  | { readonly kind: "asked"; readonly id: string; readonly result: SignInResult | undefined }
  | { readonly kind: "ended"; readonly status: SignInStatus; readonly result: SignInResult | undefined }
  | { readonly kind: "broken"; readonly error: Error };

/** What a sign-in is begun with. */
export interface SignInStart {
  readonly name: string;
  readonly scopes?: readonly string[];
  /** Done first, with the window already open: a browser lets a page open one only in answer to a click. */
  readonly prepare?: () => Promise<void>;
}

const ENDS: ReadonlySet<SignInStatus> = new Set(["done", "failed", "cancelled", "expired"]);
/** The channel is the fast way; this one also works where the window was closed. */
const POLL_MS = 2_000;

/** Signs a connection in, in a window of its own or, where the browser opens none, in this tab. */
export function useSignIn(onDone: (name: string, result: SignInResult | undefined) => void) {
  const client = useQueryClient();
  const [phase, setPhase] = useState<SignInPhase>({ kind: "idle" });
  const name = useRef("");
  const done = useRef(onDone);
  done.current = onDone;

  const id = phase.kind === "waiting" || phase.kind === "asked" ? phase.id : undefined;
  useEffect(() => {
    if (id === undefined) return undefined;
    let over = false;
    const look = async () => {
      const found = await signInStatus(id).catch(() => undefined);
      if (over || found === undefined) return;
      if (found.status === "other_account")
        setPhase((now) => (now.kind === "waiting" ? { kind: "asked", id, result: found.result } : now));
      if (!ENDS.has(found.status)) return;
      over = true;
      setPhase({ kind: "ended", status: found.status, result: found.result });
      await client.invalidateQueries({ queryKey: ["connections"] });
      if (found.status === "done" && found.result?.works) done.current(name.current, found.result);
    };
    const deaf = hear((news) => {
      if (news.id === id) void look();
    });
    const poll = setInterval(() => void look(), POLL_MS);
    return () => {
      over = true;
      deaf();
      clearInterval(poll);
    };
  }, [id, client]);

  const start = useCallback(
    async (wish: SignInStart) => {
      name.current = wish.name;
      const popup = globalThis.open("/connect/opening", "mortise-connect", placed(560, 760));
      setPhase({ kind: "starting" });
      try {
        await wish.prepare?.();
        const scopes = wish.scopes === undefined ? {} : { scopes: wish.scopes };
        if (popup === null) {
          const returnTo = `${location.pathname}${location.search}`;
          const { url } = await authorize(wish.name, { mode: "redirect", returnTo, ...scopes });
          setPhase({ kind: "blocked", url });
          return;
        }
        const begun = await authorize(wish.name, { mode: "popup", ...scopes });
        popup.location.replace(begun.url);
        setPhase({ kind: "waiting", id: begun.id });
      } catch (error) {
        popup?.close();
        await client.invalidateQueries({ queryKey: ["connections"] });
        setPhase({ kind: "broken", error: error instanceof Error ? error : new Error(String(error)) });
      }
    },
    [client],
  );

  /** Whether what the other system has brought is used. The end is noticed as any other. */
  const choose = useCallback(
    async (replace: boolean) => {
      if (id === undefined) return;
      await decide(id, replace).catch(() => undefined);
      setPhase({ kind: "waiting", id });
    },
    [id],
  );

  const stop = useCallback(async () => {
    setPhase({ kind: "idle" });
    if (id !== undefined) await cancelSignIn(id).catch(() => undefined);
  }, [id]);

  return { phase, start, choose, stop };
}

/** A window in the middle of this one. */
function placed(width: number, height: number): string {
  const left = Math.max(0, Math.round(globalThis.screenX + (globalThis.outerWidth - width) / 2));
  const top = Math.max(0, Math.round(globalThis.screenY + (globalThis.outerHeight - height) / 2));
  return `popup,width=${width},height=${height},left=${left},top=${top}`;
}
