import "./home.css";
import { Button } from "@mantine/core";
import { IconPlayerPlayFilled, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { connectionsQuery, runsQuery, sessionQuery, workflowsQuery } from "../api/queries.ts";
import type { WorkflowSummary } from "../api/types.ts";
import { needsPerson } from "../connections/connection-health.tsx";
import { NeedsOwner } from "../connections/needs-owner.tsx";
import { RunsTable } from "../runs/runs-table.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { RunBars } from "../ui/run-bars.tsx";
import { Tile } from "../ui/tile.tsx";
import { useCreateWorkflow } from "../workflows/use-create-workflow.ts";

/** Where people start: what needs them, their workflows, the last runs. */
export function HomePage() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery).data;
  const workflows = useQuery(workflowsQuery);
  const runs = useQuery(runsQuery({ limit: 8 })).data ?? [];
  const waiting = (useQuery(connectionsQuery).data ?? []).filter(needsPerson);
  const create = useCreateWorkflow();
  const [first] = workflows.data ?? [];
  const ranBefore = (workflows.data ?? []).some(({ lastRuns }) => lastRuns.length > 0);
  const newButton = (variant: "default" | "filled") => (
    <Button variant={variant} leftSection={<IconPlus size={16} />} loading={create.isPending} onClick={() => create.mutate()}>
      {t("workflows.new")}
    </Button>
  );
  return (
    <Page title={t("home.title")} lead={t("home.lead")} actions={newButton("default")}>
      {workflows.error && <Problem error={workflows.error} onRetry={() => void workflows.refetch()} />}
      {session?.demo && first && !ranBefore && (
        <section className="card welcome">
          <div>
            <h2 className="welcome-title">{t("home.demoTitle")}</h2>
            <p className="welcome-text">{t("home.demoText")}</p>
          </div>
          <Button
            leftSection={<IconPlayerPlayFilled size={14} />}
            renderRoot={(root) => <Link to="/workflows/$id/edit" params={{ id: first.id }} search={{ run: true }} {...root} />}
          >
            {t("home.demoRun")}
          </Button>
        </section>
      )}
      <NeedsOwner connections={waiting} />
      <section className="section">
        <h2 className="section-title">{t("nav.workflows")}</h2>
        {workflows.data?.length === 0 && (
          <div className="card">
            <EmptyState title={t("workflows.none")} text={t("workflows.noneText")}>
              {newButton("filled")}
            </EmptyState>
          </div>
        )}
        <ul className="workflow-cards">
          {(workflows.data ?? []).map((workflow) => (
            <WorkflowCard key={workflow.id} workflow={workflow} />
          ))}
        </ul>
      </section>
      <section className="section">
        <h2 className="section-title">{t("home.lastRuns")}</h2>
        <div className="card">
          {runs.length === 0 ? <EmptyState title={t("runs.none")} text={t("runs.noneText")} /> : <RunsTable runs={runs} />}
        </div>
      </section>
    </Page>
  );
}

function WorkflowCard({ workflow }: { readonly workflow: WorkflowSummary }) {
  const { t } = useTranslation();
  return (
    <li className="card workflow-card">
      <div className="workflow-card-head">
        <Tile use={workflow.trigger} size={36} />
        <div className="workflow-card-words">
          <Link to="/workflows/$id/edit" params={{ id: workflow.id }} className="table-main m-clip">
            {workflow.name}
          </Link>
          <span className="m-meta">
            {t("home.steps", {
              count: workflow.nodeCount,
              trigger: t(`trigger.${workflow.trigger}.title`, { defaultValue: workflow.trigger }),
            })}
          </span>
        </div>
      </div>
      {workflow.description && <p className="workflow-card-text">{workflow.description}</p>}
      <div className="workflow-card-foot">
        <RunBars runs={workflow.lastRuns} />
        <Button
          variant="light"
          size="compact-sm"
          leftSection={<IconPlayerPlayFilled size={12} />}
          aria-label={t("home.runOne", { name: workflow.name })}
          renderRoot={(root) => <Link to="/workflows/$id/edit" params={{ id: workflow.id }} search={{ run: true }} {...root} />}
        >
          {t("builder.run")}
        </Button>
      </div>
    </li>
  );
}
