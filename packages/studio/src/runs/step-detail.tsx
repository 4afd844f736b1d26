import { Tabs } from "@mantine/core";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { RunData } from "./run-data.tsx";
import { formatDuration, type StepView } from "./run-state.ts";

const SHOWN_ITEMS = 10;

function waitWords(t: TFunction, waitMs: number, what: string | undefined): string {
  const time = formatDuration(waitMs);
  return what === undefined ? t("run.waited", { time }) : t("run.waitedFor", { time, what });
}

/** One execution of a step: what it got, what came out, what went wrong. */
export function StepDetail({ step }: { readonly step: StepView }) {
  const { t } = useTranslation();
  return (
    <div className="step-detail">
      <p className="step-facts m-meta m-number">
        <span className="m-mono">{step.path}</span>
        {step.durationMs !== undefined && <span>{t("run.took", { time: formatDuration(step.durationMs) })}</span>}
        {step.attempts !== undefined && step.attempts > 0 && <span>{t("run.attempts", { count: step.attempts })}</span>}
        {step.taken && <span>{t("run.taken")}</span>}
        {step.itemFailureCount !== undefined && <span>{t("run.itemFailures", { count: step.itemFailureCount })}</span>}
        {step.waitMs !== undefined && step.waitMs > 0 && <span>{waitWords(t, step.waitMs, step.waitedFor)}</span>}
      </p>
      {step.itemFailures && (
        <ul className="step-items m-meta">
          {step.itemFailures.slice(0, SHOWN_ITEMS).map(({ index, code, message }) => (
            <li key={index}>
              {t("run.failedItem", { index, message })} <span className="m-mono">{code}</span>
            </li>
          ))}
        </ul>
      )}
      <Tabs defaultValue={step.error ? "error" : step.output === undefined ? "input" : "output"} keepMounted={false}>
        <Tabs.List>
          {step.error && <Tabs.Tab value="error">{t("run.error")}</Tabs.Tab>}
          <Tabs.Tab value="output">{t("run.output")}</Tabs.Tab>
          <Tabs.Tab value="input">{t("run.input")}</Tabs.Tab>
        </Tabs.List>
        {step.error && (
          <Tabs.Panel value="error" pt={12}>
            <div className="failure">
              <p className="failure-message">{step.error.message}</p>
              {step.error.remedy && <p className="failure-remedy">{step.error.remedy}</p>}
              <p className="m-meta">
                <span className="m-mono">{step.error.code}</span>
                {step.error.status !== undefined && ` · ${t("run.status", { status: step.error.status })}`}
              </p>
            </div>
            {step.error.detail !== undefined && <RunData value={step.error.detail} />}
          </Tabs.Panel>
        )}
        <Tabs.Panel value="output" pt={12}>
          {step.output === undefined ? <p className="m-muted">{t("run.noOutput")}</p> : <RunData value={step.output} />}
        </Tabs.Panel>
        <Tabs.Panel value="input" pt={12}>
          {step.input === undefined ? <p className="m-muted">{t("run.noInput")}</p> : <RunData value={step.input} />}
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
