import "./connection-standing.css";
import "../text/connect-texts.ts";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Connection, Standing } from "../api/types.ts";
import { Ago } from "../ui/time.tsx";
import { ResumeButton } from "./resume-button.tsx";

/** Whether anything keeps calls of a connection from being made at once. */
export function isHeldUp({ refusal, hold, circuit, waiting }: Standing): boolean {
  return refusal !== undefined || hold !== undefined || circuit !== undefined || waiting !== undefined;
}

/** Why calls of a connection are refused or wait: what, why, since when, until when. Nothing where they are not. */
export function ConnectionStanding({ connection }: { readonly connection: Connection }) {
  const { name, standing } = connection;
  const { refusal, hold, circuit, waiting } = standing;
  if (!isHeldUp(standing)) return null;
  return (
    <ul className="standing" data-connection={name}>
      {hold ? <HoldLine name={name} hold={hold} /> : refusal && <RefusalLine refusal={refusal} />}
      {circuit && <CircuitLine circuit={circuit} />}
      {waiting && <WaitingLine waiting={waiting} />}
    </ul>
  );
}

function Line(props: { readonly tone: "warning" | "error" | "busy"; readonly what: string; readonly children: ReactNode }) {
  return (
    <li>
      <span className="health" data-tone={props.tone}>
        <span className="health-dot" aria-hidden />
        {props.what}
      </span>
      <span className="standing-why m-meta">{props.children}</span>
    </li>
  );
}

function HoldLine({ name, hold }: { readonly name: string; readonly hold: NonNullable<Standing["hold"]> }) {
  const { t } = useTranslation();
  return (
    <li>
      <span className="health" data-tone="warning">
        <span className="health-dot" aria-hidden />
        {t(`standing.${hold.state}`)}
      </span>
      <span className="standing-why m-meta">
        {hold.reason} · {t("standing.by", { actor: hold.actor })}
        <Ago atMs={hold.sinceMs} />
      </span>
      <ResumeButton name={name} />
    </li>
  );
}

function RefusalLine({ refusal }: { readonly refusal: NonNullable<Standing["refusal"]> }) {
  const { t } = useTranslation();
  return (
    <Line tone="error" what={t("standing.refused")}>
      {refusal.message} <span className="m-mono">{refusal.code}</span>
    </Line>
  );
}

function CircuitLine({ circuit }: { readonly circuit: NonNullable<Standing["circuit"]> }) {
  const { t } = useTranslation();
  const isOpen = circuit.state === "open";
  const host = circuit.host === "" ? t("standing.itself") : circuit.host;
  return (
    <Line tone={isOpen ? "error" : "warning"} what={t(isOpen ? "standing.open" : "standing.halfOpen", { host })}>
      {t("standing.since")} <Ago atMs={circuit.sinceMs} />
      {isOpen && (
        <>
          {" · "}
          {t("standing.next")} <Ago atMs={circuit.untilMs} />
        </>
      )}
      {" · "}
      {t("standing.processes", { count: circuit.processes })}
    </Line>
  );
}

function WaitingLine({ waiting }: { readonly waiting: NonNullable<Standing["waiting"]> }) {
  const { t } = useTranslation();
  return (
    <Line tone="busy" what={t("standing.waits")}>
      {t("standing.waiting", { count: waiting.calls, host: waiting.host, limit: waiting.limit })}
    </Line>
  );
}
