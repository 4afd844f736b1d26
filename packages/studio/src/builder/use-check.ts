import { useEffect, useState } from "react";
import { request } from "../api/request.ts";
import type { Check } from "../api/types.ts";
import { useBuilder } from "./builder-context.ts";

const DEBOUNCE_MS = 400;
const NOTHING: Check = { diagnostics: [], types: { nodes: {} } };

/** The server's check of the document, 400 ms after the last change. The last answer stays until the next one is there. */
export function useCheck(): Check & { readonly checked: boolean } {
  const document = useBuilder((state) => state.document);
  const [check, setCheck] = useState<Check>();
  useEffect(() => {
    const abort = new AbortController();
    const timer = setTimeout(() => {
      request<Check>("workflows/check", { method: "POST", body: { document }, signal: abort.signal }).then(
        setCheck,
        () => undefined,
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [document]);
  return { ...(check ?? NOTHING), checked: check !== undefined };
}
