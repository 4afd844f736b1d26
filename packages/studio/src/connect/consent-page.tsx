import { Button, Loader } from "@mantine/core";
import { IconArrowRight, IconKey, IconLock, IconUnlink } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { ApiProblem } from "../api/request.ts";
import { Problem } from "../ui/problem.tsx";
import { tell } from "./connect-channel.ts";
import { PermissionList } from "./permission-list.tsx";
import { type Consent, cancelSignIn, consentQuery, sendOff } from "./sign-in-api.ts";
import { SignInCard } from "./sign-in-card.tsx";
import { SignInEnd } from "./sign-in-end.tsx";

/** What a sign-in is about, before the browser leaves; how it went, once it is back. */
export function ConsentPage() {
  const { t } = useTranslation();
  const { id } = useParams({ strict: false });
  const consent = useQuery({
    ...consentQuery(id ?? ""),
    refetchInterval: ({ state }) => (state.data !== undefined && isAwaited(state.data) ? 1_000 : false),
  });
  const { data, error } = consent;
  const status = data?.status;
  useEffect(() => {
    if (data && status !== undefined && status !== "open" && status !== "sent") tell({ id: data.id, status });
  }, [data, status]);
  if (error)
    return error instanceof ApiProblem && error.status === 404 ? (
      <SignInCard title={t("connect.gone")} lead={t("connect.goneText")} />
    ) : (
      <Problem error={error} onRetry={() => void consent.refetch()} />
    );
  if (!data || status === "finishing")
    return (
      <SignInCard title={t(data ? "connect.working" : "connect.opening")}>
        <div className="sign-in-wait">
          <Loader size="sm" aria-hidden />
        </div>
      </SignInCard>
    );
  if (status === "sent" && data.isDelivered) return <Awaited consent={data} />;
  return status === "open" || status === "sent" ? <Ask consent={data} /> : <SignInEnd consent={data} />;
}

/** Whether something comes that no browser brings. */
const isAwaited = ({ status, isDelivered }: Consent) => status === "finishing" || (status === "sent" && isDelivered);

/** The other system brings its answer by itself, some time after the browser is back. */
function Awaited({ consent }: { readonly consent: Consent }) {
  const { t } = useTranslation();
  const system = consent.connector.title;
  const { cancel, isPending } = useCancel(consent);
  return (
    <SignInCard
      title={t("connect.awaited", { system })}
      lead={t("connect.awaitedText", { system })}
      connector={consent.connector.name}
      actions={
        <Button variant="default" loading={isPending} onClick={cancel}>
          {t("connect.cancel")}
        </Button>
      }
    >
      <div className="sign-in-wait" role="status">
        <Loader size="sm" aria-hidden />
      </div>
    </SignInCard>
  );
}

/** Gives a sign-in up, tells the page that waits, and leaves. */
function useCancel({ id, mode, returnTo = "/connections" }: Consent) {
  const { mutate, isPending } = useMutation({
    mutationFn: () => cancelSignIn(id),
    onSettled: () => {
      tell({ id, status: "cancelled" });
      if (mode === "redirect") globalThis.location.replace(returnTo);
      else globalThis.close();
    },
  });
  return { cancel: () => mutate(), isPending };
}

function Ask({ consent }: { readonly consent: Consent }) {
  const { t } = useTranslation();
  const { connector, scopes } = consent;
  const system = connector.title;
  const isInstall = consent.kind === "appInstall";
  const [chosen, setChosen] = useState<ReadonlySet<string>>(
    () => new Set(scopes.filter((each) => each.chosen).map(({ name }) => name)),
  );
  const leave = useMutation({
    mutationFn: () => sendOff(consent.id, [...chosen]),
    onSuccess: ({ authorizeUrl }) => globalThis.location.assign(authorizeUrl),
  });
  const { cancel, isPending } = useCancel(consent);
  const hosts = consent.hosts.map((host) => (host === "*" ? t("connect.anyHost") : host));
  return (
    <SignInCard
      title={t(consent.isReconnect ? "connect.again" : isInstall ? "connect.install" : "connect.title", { system })}
      connector={connector.name}
      lead={t("connect.by", { publisher: connector.publisher, version: connector.version })}
      actions={
        <>
          <Button variant="default" loading={isPending} onClick={cancel}>
            {t("connect.cancel")}
          </Button>
          <Button
            rightSection={<IconArrowRight size={16} />}
            loading={leave.isPending || leave.isSuccess}
            onClick={() => leave.mutate()}
          >
            {t("connect.continue", { system })}
          </Button>
        </>
      }
    >
      <dl className="sign-in-facts">
        <div>
          <dt>{t("connect.forConnection")}</dt>
          <dd>{consent.connection}</dd>
        </div>
        {consent.account !== undefined && (
          <div>
            <dt>{t("connect.account")}</dt>
            <dd>{consent.account}</dd>
          </div>
        )}
      </dl>
      <section className="sign-in-part">
        <h2 className="sign-in-heading">{t("connect.what")}</h2>
        {scopes.length === 0 ? (
          <p className="m-muted sign-in-text">{t(isInstall ? "connect.whatInstall" : "connect.whatNone", { system })}</p>
        ) : (
          <PermissionList permissions={scopes} chosen={chosen} isReconnect={consent.isReconnect} onChange={setChosen} />
        )}
      </section>
      <section className="sign-in-part">
        <h2 className="sign-in-heading">{t("connect.facts")}</h2>
        <ul className="sign-in-notes">
          <li>
            <IconKey size={16} aria-hidden />
            <span>{t(isInstall ? "connect.nextInstall" : "connect.next", { host: consent.next ?? system })}</span>
          </li>
          <li>
            <IconLock size={16} aria-hidden />
            <span>
              {t("connect.kept")} <span className="sign-in-hosts">{hosts.join(", ")}</span>
            </span>
          </li>
          <li>
            <IconUnlink size={16} aria-hidden />
            <span>{t(consent.isRevocable ? "connect.takeBack" : "connect.takeBackThere", { system })}</span>
          </li>
        </ul>
        {consent.connector.privacy !== undefined && /^https:\/\//.test(consent.connector.privacy) && (
          <a className="sign-in-link" href={consent.connector.privacy} target="_blank" rel="noopener noreferrer">
            {t("connect.privacy", { system })}
          </a>
        )}
      </section>
      {leave.error && <Problem error={leave.error} />}
    </SignInCard>
  );
}
