import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { runsQuery, workflowsQuery } from "../api/queries.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { RepeatFailed } from "./repeat-failed.tsx";
import { RunsTable } from "./runs-table.tsx";

const STATUSES = ["running", "paused", "succeeded", "failed", "cancelled"] as const;

/** Every run, newest first; the filters stand in the address. */
export function RunsPage() {
  const { t } = useTranslation();
  const filter = useSearch({ from: "/runs" });
  const navigate = useNavigate({ from: "/runs" });
  const runs = useQuery(runsQuery({ ...filter, limit: 100 }));
  const workflows = useQuery(workflowsQuery).data ?? [];
  const set = (key: "workflow" | "status", value: string | null) =>
    navigate({ search: ({ [key]: _, ...rest }) => (value === null ? rest : { ...rest, [key]: value }), replace: true });
  return (
    <Page title={t("nav.runs")} lead={t("runs.lead")}>
      <div className="filters">
        <Select
          aria-label={t("runs.workflow")}
          placeholder={t("runs.everyWorkflow")}
          data={workflows.map(({ id, name }) => ({ value: id, label: name }))}
          value={filter.workflow ?? null}
          clearable
          clearButtonProps={{ "aria-label": t("form.clear") }}
          onChange={(value) => void set("workflow", value)}
        />
        <Select
          aria-label={t("runs.status")}
          placeholder={t("runs.everyStatus")}
          data={STATUSES.map((status) => ({ value: status, label: t(`status.${status}`) }))}
          value={filter.status ?? null}
          clearable
          clearButtonProps={{ "aria-label": t("form.clear") }}
          onChange={(value) => void set("status", value)}
        />
        {filter.status === "failed" && runs.data !== undefined && runs.data.length > 0 && (
          <RepeatFailed workflow={filter.workflow} />
        )}
      </div>
      {runs.error ? (
        <Problem error={runs.error} />
      ) : (
        <div className="card">
          {runs.data?.length === 0 ? (
            <EmptyState title={t("runs.none")} text={t("runs.noneText")} />
          ) : (
            <RunsTable runs={runs.data ?? []} />
          )}
        </div>
      )}
    </Page>
  );
}
