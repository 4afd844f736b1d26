import "./runs.css";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { RunSummary } from "../api/types.ts";
import { SimulatedMark } from "../ui/simulated-mark.tsx";
import { Status } from "../ui/status.tsx";
import { Ago } from "../ui/time.tsx";
import { formatDuration } from "./run-state.ts";

/** Runs as a table. */
export function RunsTable({ runs }: { readonly runs: readonly RunSummary[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="table-scroll" aria-label={t("nav.runs")} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("runs.workflow")}</th>
            <th scope="col">{t("runs.status")}</th>
            <th scope="col">{t("runs.trigger")}</th>
            <th scope="col">{t("runs.started")}</th>
            <th scope="col" className="is-number">
              {t("runs.duration")}
            </th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.runId}>
              <td>
                <Link to="/runs/$id" params={{ id: run.runId }} className="table-main">
                  {run.workflowName}
                </Link>
                {run.error && <div className="run-error m-clip runs-error">{run.error.message}</div>}
              </td>
              <td>
                <Status status={run.status} /> {run.simulated && <SimulatedMark />}
              </td>
              <td className="m-muted">{t(`trigger.${run.trigger}.title`, { defaultValue: run.trigger })}</td>
              <td className="m-muted">
                <Ago atMs={run.startedAtMs} />
              </td>
              <td className="is-number m-number">{durationOf(run)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function durationOf(run: RunSummary): string {
  const ms = run.durationMs ?? (run.endedAtMs === undefined ? undefined : run.endedAtMs - run.startedAtMs);
  return ms === undefined ? "–" : formatDuration(ms);
}
