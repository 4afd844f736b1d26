import "./connect.css";
import "../text/connect-texts.ts";
import { Alert, Button, CopyButton, Loader } from "@mantine/core";
import { IconExternalLink } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { DeviceCode } from "./sign-in-api.ts";
import type { DevicePhase } from "./use-device.ts";

/** A code to enter at the other system: large, with the time that is left. Says nothing where none was asked for. */
export function DevicePanel(props: {
  readonly phase: DevicePhase;
  readonly onAgain: () => void;
  readonly onStop: () => void;
  readonly onDecide: (code: DeviceCode, replace: boolean) => void;
}) {
  const { t } = useTranslation();
  const { phase, onAgain } = props;
  if (phase.kind === "waiting") return <Code code={phase.code} onStop={props.onStop} />;
  if (phase.kind === "asked")
    return (
      <Alert color="yellow" variant="outline" role="alert" title={phase.state.message}>
        <div className="device-row">
          <Button variant="default" size="compact-sm" onClick={() => props.onDecide(phase.code, false)}>
            {t("connect.keepBefore", { label: phase.state.previousLabel ?? "" })}
          </Button>
          <Button size="compact-sm" onClick={() => props.onDecide(phase.code, true)}>
            {t("connect.useNew", { label: phase.state.label ?? "" })}
          </Button>
        </div>
      </Alert>
    );
  if (phase.kind === "ended" && phase.state.status !== "connected")
    return (
      <Alert color="red" variant="outline" role="alert" title={phase.state.message}>
        <Button variant="default" size="compact-sm" mt={4} onClick={onAgain}>
          {t("device.again")}
        </Button>
      </Alert>
    );
  if (phase.kind === "ended") return <Alert color="green" variant="outline" role="status" title={phase.state.message} />;
  if (phase.kind === "broken") return <Alert color="red" variant="outline" role="alert" title={phase.error.message} />;
  return null;
}

function Code({ code, onStop }: { readonly code: DeviceCode; readonly onStop: () => void }) {
  const { t } = useTranslation();
  const link = webAddress(code.verificationUriComplete) ?? webAddress(code.verificationUri);
  const place = webAddress(code.verificationUri);
  return (
    <section className="device" aria-labelledby="device-code">
      <h3 id="device-code" className="own-app-title">
        {t("device.code")}
      </h3>
      <div className="device-row">
        <output className="device-code">{code.userCode}</output>
        <CopyButton value={code.userCode}>
          {({ copied, copy }) => (
            <Button
              variant="default"
              size="compact-sm"
              aria-label={t("signIn.copyOf", { what: t("device.code") })}
              onClick={copy}
            >
              {t(copied ? "signIn.copied" : "signIn.copy")}
            </Button>
          )}
        </CopyButton>
      </div>
      <p className="m-muted sign-in-text">{t("device.steps")}</p>
      {link && place && (
        <a className="device-link" href={link.href} target="_blank" rel="noopener noreferrer">
          {t("device.open", { host: `${place.host}${place.pathname === "/" ? "" : place.pathname}` })}
          <IconExternalLink size={16} aria-hidden />
        </a>
      )}
      <div className="sign-in-progress">
        <Loader size={18} aria-hidden />
        <span className="sign-in-progress-words">
          <span role="status">{t("device.pending")}</span>
          <Left untilMs={code.expiresAtMs} />
        </span>
        <Button variant="default" size="compact-sm" onClick={onStop}>
          {t("signIn.stop")}
        </Button>
      </div>
    </section>
  );
}

/** Time that is left, as a clock. */
function Left({ untilMs }: { readonly untilMs: number }) {
  const { t } = useTranslation();
  const [nowMs, setNowMs] = useState(() => Date.now());
  useEffect(() => {
    const tick = setInterval(() => setNowMs(Date.now()), 1_000);
    return () => clearInterval(tick);
  }, []);
  const seconds = Math.max(0, Math.round((untilMs - nowMs) / 1_000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return <span className="m-meta m-number">{t("device.left", { time })}</span>;
}

/** An address that comes from another system leads to the web or nowhere. */
function webAddress(text: string | undefined): URL | undefined {
  const url = text === undefined ? null : URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) ? url : undefined;
}
