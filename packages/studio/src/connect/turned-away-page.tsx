import { Button } from "@mantine/core";
import { Link, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { SignInCard } from "./sign-in-card.tsx";

const REASONS = new Set(["unknown", "browser", "session", "used", "expired"]);

/** What stands where an answer of another system was not taken. */
export function TurnedAwayPage() {
  const { t } = useTranslation();
  const { why } = useSearch({ from: "/connect/turned-away" });
  const reason = why !== undefined && REASONS.has(why) ? why : "unknown";
  return (
    <SignInCard
      title={t("turned.title")}
      lead={t(`turned.${reason}`)}
      actions={<Button renderRoot={(props) => <Link to="/connections" {...props} />}>{t("connect.toConnections")}</Button>}
    >
      <p className="m-muted sign-in-text">{t("turned.text")}</p>
    </SignInCard>
  );
}
