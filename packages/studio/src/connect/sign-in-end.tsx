import { Button } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconCircleX, IconUserQuestion } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Problem } from "../ui/problem.tsx";
import { type Consent, decide } from "./sign-in-api.ts";
import { SignInCard } from "./sign-in-card.tsx";

/** How a sign-in went, or what is asked at its end. A window of its own closes where all is well; a tab goes back to where it was. */
export function SignInEnd({ consent }: { readonly consent: Consent }) {
  const { status, result, mode, returnTo = "/connections" } = consent;
  const isFine = status === "done" && result?.works === true;
  useEffect(() => {
    if (!isFine) return;
    if (mode === "redirect") globalThis.location.replace(returnTo);
    else globalThis.close();
  }, [isFine, mode, returnTo]);
  return status === "other_account" ? <OtherAccount consent={consent} /> : <Ended consent={consent} isFine={isFine} />;
}

function Ended({ consent, isFine }: { readonly consent: Consent; readonly isFine: boolean }) {
  const { t } = useTranslation();
  const { status, result, connection, mode, returnTo = "/connections" } = consent;
  const key = status === "done" ? (isFine ? "done" : "half") : status === "failed" || status === "cancelled" ? status : "expired";
  const Icon = isFine ? IconCircleCheck : status === "done" ? IconAlertTriangle : IconCircleX;
  const message = status === "expired" ? t("connect.expiredText") : result?.message;
  return (
    <SignInCard
      title={t(`connect.${key}`, { connection })}
      connector={consent.connector.name}
      lead={isFine && result?.label !== undefined ? t("connect.doneAs", { label: result.label }) : undefined}
      actions={
        mode === "redirect" ? (
          <Button onClick={() => globalThis.location.replace(returnTo)}>{t("connect.back")}</Button>
        ) : (
          <Button variant="default" onClick={() => globalThis.close()}>
            {t("connect.closeButton")}
          </Button>
        )
      }
    >
      <p className="sign-in-outcome" role="status" data-tone={isFine ? "ok" : status === "done" ? "warning" : "error"}>
        <Icon size={20} aria-hidden />
        <span>{isFine && mode === "popup" ? t("connect.close") : message}</span>
      </p>
    </SignInCard>
  );
}

function OtherAccount({ consent }: { readonly consent: Consent }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { result, usedBy, account, isReconnect } = consent;
  const isFirst = result?.previousLabel === undefined && account === undefined && !isReconnect;
  const choose = useMutation({
    mutationFn: (replace: boolean) => decide(consent.id, replace),
    onSettled: () => client.invalidateQueries({ queryKey: ["connect", consent.id] }),
  });
  return (
    <SignInCard
      title={t(isFirst ? "connect.brought" : "connect.other")}
      lead={isFirst ? undefined : t("connect.otherText", { connection: consent.connection })}
      connector={consent.connector.name}
      actions={
        <>
          <Button variant="default" disabled={choose.isPending} onClick={() => choose.mutate(false)}>
            {isFirst ? t("connect.useNone") : t("connect.keepBefore", { label: result?.previousLabel ?? t("connect.theOne") })}
          </Button>
          <Button loading={choose.isPending} onClick={() => choose.mutate(true)}>
            {result?.label === undefined ? t("connect.useThis") : t("connect.useNew", { label: result.label })}
          </Button>
        </>
      }
    >
      <p className="sign-in-outcome" data-tone="warning">
        <IconUserQuestion size={20} aria-hidden />
        <span>{result?.message}</span>
      </p>
      {usedBy.length > 0 && !isFirst && (
        <div className="sign-in-part">
          <p className="sign-in-text">{t("connect.otherUse")}</p>
          <ul className="sign-in-uses">
            {usedBy.map(({ id, name }) => (
              <li key={id}>{name}</li>
            ))}
          </ul>
        </div>
      )}
      {choose.error && <Problem error={choose.error} />}
    </SignInCard>
  );
}
