import { Alert, Button } from "@mantine/core";
import { IconAlertCircle } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/request.ts";
import { EmptyState } from "./empty-state.tsx";

/** What went wrong with a request, and what to do next. */
export function Problem({ error, onRetry }: { readonly error: Error; readonly onRetry?: () => void }) {
  const { t } = useTranslation();
  const remedy = error instanceof ApiProblem ? error.remedy : undefined;
  return (
    <Alert color="red" variant="outline" icon={<IconAlertCircle size={18} />} title={error.message} m={16} role="alert">
      {remedy && <p>{remedy}</p>}
      {onRetry && (
        <Button variant="default" size="xs" mt={8} onClick={onRetry}>
          {t("common.retry")}
        </Button>
      )}
    </Alert>
  );
}

/** What stands where a page broke or could not be loaded. */
export function PageProblem({ error }: { readonly error: unknown }) {
  return (
    <Problem error={error instanceof Error ? error : new Error(String(error))} onRetry={() => globalThis.location.reload()} />
  );
}

/** The page of someone without a session. */
export function SignedOut() {
  const { t } = useTranslation();
  return (
    <main>
      <EmptyState title={t("session.title")} text={t("session.text")} heading />
    </main>
  );
}

/** The page of an address that leads nowhere. */
export function NotFound() {
  const { t } = useTranslation();
  return (
    <EmptyState title={t("notFound.title")} text={t("notFound.text")} heading>
      <Button renderRoot={(props) => <Link to="/" {...props} />}>{t("notFound.home")}</Button>
    </EmptyState>
  );
}
