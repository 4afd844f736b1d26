import "./connections.css";
import "../text/connect-texts.ts";
import { useTranslation } from "react-i18next";
import type { Connection } from "../api/types.ts";
import { Ago } from "../ui/time.tsx";

/** Whether a connection works only after a person did something. */
export function needsPerson({ health, isConnected }: Connection): boolean {
  return health.needsOwner || !isConnected;
}

const TONES: { readonly [state: string]: "ok" | "warning" | "error" | "busy" | "none" } = {
  ok: "ok",
  expiring: "warning",
  refreshing: "busy",
  degraded: "warning",
  needs_reauth: "error",
  revoked: "error",
  misconfigured: "error",
  unknown: "none",
  notConnected: "none",
};

/** How a connection does: a dot, a word, and why. */
export function ConnectionHealth({ connection }: { readonly connection: Connection }) {
  const { t } = useTranslation();
  const { health, expiresAtMs } = connection;
  const state = connection.isConnected ? health.state : "notConnected";
  const isFine = state === "ok" || state === "refreshing";
  const why = connection.isConnected && !isFine ? health.message : undefined;
  const ends = (state === "expiring" || state === "ok") && expiresAtMs !== undefined;
  return (
    <div className="connection-health">
      <span className="health" data-tone={TONES[state]}>
        <span className="health-dot" aria-hidden />
        {t(`health.${state}`)}
      </span>
      {why !== undefined ? (
        <span className="m-meta connection-why" title={why}>
          {why}
        </span>
      ) : (
        <span className="m-meta">
          {ends ? (
            <>
              {t("health.ends")} <Ago atMs={expiresAtMs} />
            </>
          ) : (
            connection.isConnected &&
            health.checkedAtMs !== undefined && (
              <>
                {t("health.checked")} <Ago atMs={health.checkedAtMs} />
              </>
            )
          )}
        </span>
      )}
    </div>
  );
}
