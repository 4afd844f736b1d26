import "../text/task-texts.ts";
import "../runs/runs.css";
import "./tasks.css";
import { SegmentedControl } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Ago } from "../ui/time.tsx";
import { type Task, tasksQuery } from "./tasks-api.ts";

/** What waits for people, and what they decided. */
export function TasksPage() {
  const { t } = useTranslation();
  const [state, setState] = useState<"open" | "closed">("open");
  const { data, error } = useQuery(tasksQuery(state));
  return (
    <Page title={t("nav.tasks")} lead={t("tasks.lead")}>
      <div className="filters">
        <SegmentedControl
          aria-label={t("tasks.show")}
          value={state}
          onChange={(value) => setState(value as "open" | "closed")}
          data={(["open", "closed"] as const).map((value) => ({ value, label: t(`tasks.${value}`) }))}
        />
      </div>
      {error ? (
        <Problem error={error} />
      ) : (
        <div className="card">
          {data?.length === 0 ? (
            <EmptyState
              title={t(state === "open" ? "tasks.none" : "tasks.noneClosed")}
              {...(state === "open" && { text: t("tasks.noneText") })}
            />
          ) : (
            <TasksTable tasks={data ?? []} state={state} />
          )}
        </div>
      )}
    </Page>
  );
}

function TasksTable({ tasks, state }: { readonly tasks: readonly Task[]; readonly state: "open" | "closed" }) {
  const { t } = useTranslation();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard.
    <section className="table-scroll" aria-label={t("nav.tasks")} tabIndex={0}>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t("tasks.what")}</th>
            <th scope="col">{t("tasks.kindTitle")}</th>
            <th scope="col">{t("tasks.asked")}</th>
            <th scope="col">{t("tasks.since")}</th>
            <th scope="col">{t(state === "open" ? "tasks.expires" : "tasks.state")}</th>
          </tr>
        </thead>
        <tbody>
          {tasks.map((task) => (
            <tr key={task.id}>
              <td>
                <Link to="/tasks/$id" params={{ id: task.id }} className="table-main">
                  {task.title}
                </Link>
              </td>
              <td className="m-muted">{t(`tasks.kind.${task.kind}`)}</td>
              <td className="m-muted">{task.people.length === 0 ? t("tasks.anybody") : task.people.map(nameOf).join(", ")}</td>
              <td className="m-muted">
                <Ago atMs={Date.parse(task.openedAt)} />
              </td>
              <td className="m-muted">
                {task.outcome === undefined ? (
                  <Ago atMs={Date.parse(task.expiresAt)} />
                ) : (
                  t(`tasks.outcome.${task.outcome}`, { defaultValue: task.outcome })
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** `role:lead` and `user:ada` without what they begin with. */
export function nameOf(person: string): string {
  return person.replace(/^(user|role):/, "");
}
