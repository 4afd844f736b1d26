import "../text/task-texts.ts";
import "../runs/runs.css";
import "./tasks.css";
import { Alert } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { JsonTree } from "../runs/json-tree.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Ago } from "../ui/time.tsx";
import { ApprovalForm } from "./approval-form.tsx";
import { FillForm } from "./fill-form.tsx";
import { type Decision, decide, type Task, taskQuery } from "./tasks-api.ts";
import { nameOf } from "./tasks-page.tsx";

/** One task: what is asked, what was said, and the form to answer it. */
export function TaskPage() {
  const { t } = useTranslation();
  const { id } = useParams({ from: "/tasks/$id" });
  const client = useQueryClient();
  const { data: task, error } = useQuery(taskQuery(id));
  const answer = useMutation({
    mutationFn: (decision: Decision) => decide(id, decision),
    onSuccess: (after) => {
      client.setQueryData(taskQuery(id).queryKey, after);
      void client.invalidateQueries({ queryKey: ["tasks"] });
    },
  });
  if (error) return <Problem error={error} />;
  if (task === undefined) return null;
  return (
    <Page title={task.title} {...(task.description !== undefined && { lead: task.description })}>
      <p className="m-meta task-facts">
        <Link to="/tasks">{t("tasks.back")}</Link>
        <span>
          {t(`tasks.kind.${task.kind}`)} · {task.people.length === 0 ? t("tasks.anybody") : task.people.map(nameOf).join(", ")}
        </span>
        <span>
          {t("tasks.expires")} <Ago atMs={Date.parse(task.expiresAt)} />
        </span>
        <Link to="/runs/$id" params={{ id: task.runId }}>
          {t("tasks.run")}
        </Link>
      </p>
      {task.details !== undefined && (
        <section className="card task-part" aria-label={t("tasks.details")}>
          <h2 className="task-heading">{t("tasks.details")}</h2>
          <JsonTree value={task.details} />
        </section>
      )}
      <section className="card task-part" aria-label={t("tasks.what")}>
        {answer.error && <Problem error={answer.error} />}
        {answer.isSuccess && (
          <Alert color="green" variant="outline" role="status">
            {t("tasks.done")}
          </Alert>
        )}
        <Answering task={task} busy={answer.isPending} isDone={answer.isSuccess} onAnswer={answer.mutate} />
        <Votes task={task} />
      </section>
    </Page>
  );
}

function Answering(props: {
  readonly task: Task;
  readonly busy: boolean;
  readonly isDone: boolean;
  readonly onAnswer: (decision: Decision) => void;
}) {
  const { t } = useTranslation();
  const { task, busy, isDone, onAnswer } = props;
  if (task.outcome !== undefined)
    return <p className="task-outcome">{t(`tasks.outcome.${task.outcome}`, { defaultValue: task.outcome })}</p>;
  if (!task.mayDecide) return isDone ? null : <p className="m-muted">{t("tasks.notYours")}</p>;
  return task.kind === "form" ? (
    <FillForm task={task} busy={busy} onAnswer={onAnswer} />
  ) : (
    <ApprovalForm task={task} busy={busy} onAnswer={onAnswer} />
  );
}

function Votes({ task: { answers, kind } }: { readonly task: Task }) {
  const { t } = useTranslation();
  if (answers.length === 0) return null;
  return (
    <>
      <h2 className="task-heading">{t("tasks.votes")}</h2>
      <ul className="task-votes">
        {answers.map(({ by, at, answer }) => {
          const vote = answer as { readonly approved?: boolean; readonly reason?: string } | null;
          const said = kind === "form" ? "filled" : vote?.approved === true ? "yes" : "no";
          return (
            <li key={`${by}${at}`}>
              {t(`tasks.${said}`, { by: by ?? t("tasks.somebody") })} · <Ago atMs={Date.parse(at)} />
              {kind === "approval" && vote?.reason !== undefined && (
                <blockquote className="task-reason">{vote.reason}</blockquote>
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}
