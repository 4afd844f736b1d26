import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { WorkflowSummary } from "../api/types.ts";

/** The last runs of a workflow as bars, newest on the right; each leads to its run. */
export function RunBars({ runs, count = 12 }: { readonly runs: WorkflowSummary["lastRuns"]; readonly count?: number }) {
  const { t } = useTranslation();
  if (runs.length === 0) return <span className="m-meta">{t("workflows.noRuns")}</span>;
  const shown = [...runs].sort((a, b) => a.startedAtMs - b.startedAtMs).slice(-count);
  return (
    <span className="bars">
      {shown.map((run) => (
        <Link
          key={run.runId}
          to="/runs/$id"
          params={{ id: run.runId }}
          className="bar"
          data-status={run.status}
          title={t(`status.${run.status}`)}
        >
          <span className="m-hidden">{t("workflows.runLink", { status: t(`status.${run.status}`) })}</span>
        </Link>
      ))}
    </span>
  );
}
