import { ActionIcon, Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { workflowsQuery } from "../api/queries.ts";
import { request } from "../api/request.ts";
import type { WorkflowSummary } from "../api/types.ts";
import { Tag } from "../ui/effect-badge.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { RunBars } from "../ui/run-bars.tsx";
import { Tile } from "../ui/tile.tsx";
import { Ago } from "../ui/time.tsx";
import { useCreateWorkflow } from "./use-create-workflow.ts";

/** Every workflow. */
export function WorkflowsPage() {
  const { t } = useTranslation();
  const workflows = useQuery(workflowsQuery);
  const create = useCreateWorkflow();
  const button = (
    <Button leftSection={<IconPlus size={16} />} loading={create.isPending} onClick={() => create.mutate()}>
      {t("workflows.new")}
    </Button>
  );
  return (
    <Page title={t("nav.workflows")} lead={t("workflows.lead")} actions={button}>
      {workflows.error ? (
        <Problem error={workflows.error} onRetry={() => void workflows.refetch()} />
      ) : (
        <div className="card">
          {workflows.data?.length === 0 ? (
            <EmptyState title={t("workflows.none")} text={t("workflows.noneText")}>
              {button}
            </EmptyState>
          ) : (
            <WorkflowTable workflows={workflows.data ?? []} />
          )}
        </div>
      )}
    </Page>
  );
}

/** Workflows as a table with their last runs. */
export function WorkflowTable({ workflows }: { readonly workflows: readonly WorkflowSummary[] }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="table-scroll" aria-label={t("nav.workflows")} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("workflows.name")}</th>
            <th scope="col">{t("workflows.starts")}</th>
            <th scope="col">{t("workflows.lastRuns")}</th>
            <th scope="col" className="wide-only">
              {t("workflows.changed")}
            </th>
            <th scope="col">
              <span className="m-hidden">{t("inspector.actions")}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {workflows.map((workflow) => (
            <tr key={workflow.id}>
              <td>
                <Link to="/workflows/$id/edit" params={{ id: workflow.id }} className="table-main">
                  {workflow.name}
                </Link>
                {workflow.description && <div className="m-meta table-text">{workflow.description}</div>}
              </td>
              <td>
                <span className="starts">
                  <Tile use={workflow.trigger} size={24} />
                  <span>{t(`trigger.${workflow.trigger}.title`, { defaultValue: workflow.trigger })}</span>
                  {workflow.trigger !== "manual" && <Tag>{t(workflow.active ? "workflows.on" : "workflows.off")}</Tag>}
                </span>
              </td>
              <td>
                <RunBars runs={workflow.lastRuns} />
              </td>
              <td className="m-muted wide-only">
                <Ago atMs={workflow.updatedAtMs} />
              </td>
              <td>
                <RowMenu workflow={workflow} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function RowMenu({ workflow }: { readonly workflow: WorkflowSummary }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => request(`workflows/${encodeURIComponent(workflow.id)}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["workflows"] }),
    onError: (error) => notifications.show({ color: "red", title: t("workflows.notDeleted"), message: error.message }),
  });
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon aria-label={t("workflows.actions", { name: workflow.name })}>
          <IconDots size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item
          color="red"
          leftSection={<IconTrash size={16} />}
          onClick={() => globalThis.confirm(t("workflows.confirmDelete", { name: workflow.name })) && remove.mutate()}
        >
          {t("workflows.delete")}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
