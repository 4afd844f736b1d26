import type { CodeBody, HttpCapability } from "@mortise/contract";
import { code } from "./prose.ts";

/** What code of a connector may reach, for whoever decides whether it is installed. */
export function codeWords({ capabilities: { http = [], state, hmac = [] } }: CodeBody): string {
  const rights = [
    ...http.map(placeWords),
    ...(state === undefined ? [] : [`keep ${state.maxKB} KB from call to call`]),
    ...(hmac.length === 0 ? [] : [`have codes made with ${hmac.map(code).join(", ")}, which it does not see`]),
  ];
  return rights.length === 0 ? "in the sandbox. It reaches nothing." : `in the sandbox. It may ${rights.join("; ")}.`;
}

function placeWords({ host, port, methods, paths, auth }: HttpCapability): string {
  const place = paths.map((path) => code(`${host}${port === undefined ? "" : `:${port}`}${path}`)).join(", ");
  const credential = auth === "connection" ? "with the connection's credential, which it does not see" : "without a credential";
  return `ask ${methods.join(", ")} ${place} ${credential}`;
}
