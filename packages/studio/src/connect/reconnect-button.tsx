import "./connect.css";
import "../text/connect-texts.ts";
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import type { Connection } from "../api/types.ts";
import { useSignIn } from "./use-sign-in.ts";

/** Signs a connection in again with one click. `onDevice` opens the place where a code is shown. */
export function ReconnectButton({ connection, onDevice }: { readonly connection: Connection; readonly onDevice: () => void }) {
  const { t } = useTranslation();
  const { name } = connection;
  const { phase, start, stop } = useSignIn(() => notifications.show({ color: "green", message: t("signIn.works", { name }) }));
  useEffect(() => {
    const problem =
      phase.kind === "broken"
        ? phase.error.message
        : phase.kind === "ended" && phase.result?.works !== true
          ? (phase.result?.message ?? t("connect.expired"))
          : undefined;
    if (problem !== undefined)
      notifications.show({ color: "red", title: t("connection.fails", { name }), message: problem, autoClose: 12_000 });
  }, [phase, name, t]);
  if (phase.kind === "waiting" || phase.kind === "asked")
    return (
      <Button variant="default" size="compact-sm" onClick={() => void stop()}>
        {t("signIn.stop")}
      </Button>
    );
  if (phase.kind === "blocked")
    return (
      <Button size="compact-sm" onClick={() => globalThis.location.assign(phase.url)}>
        {t("signIn.here")}
      </Button>
    );
  const words = connection.isConnected ? "reconnect" : connection.schemeKind === "appInstall" ? "install" : "connect";
  return (
    <Button
      size="compact-sm"
      loading={phase.kind === "starting"}
      aria-label={t(`signIn.${words}One`, { name })}
      onClick={() => (connection.connect === "device" ? onDevice() : void start({ name }))}
    >
      {t(`signIn.${words}`)}
    </Button>
  );
}
