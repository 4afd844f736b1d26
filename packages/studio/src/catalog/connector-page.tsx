import "../text/connect-texts.ts";
import "./catalog.css";
import { Button, Skeleton } from "@mantine/core";
import { type Contract, type Operation, standingOperation } from "@mortise/contract";
import { IconChevronRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { contractQuery } from "../api/queries.ts";
import { EffectBadge, Tag } from "../ui/effect-badge.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { SchemaTable } from "./schema-table.tsx";

/** One connector: what it can do, where it goes, how it signs in, how fast it may go. */
export function ConnectorPage() {
  const { connector: name } = useParams({ from: "/catalog/$connector" });
  const { t } = useTranslation();
  const contract = useQuery(contractQuery(name));
  if (contract.error) return <Problem error={contract.error} onRetry={() => void contract.refetch()} />;
  if (!contract.data) return <Skeleton height={320} m={32} radius={12} />;
  const { title, description, operations } = contract.data;
  return (
    <Page
      title={title}
      {...(description === undefined ? {} : { lead: description })}
      actions={
        <Button variant="default" renderRoot={(root) => <Link to="/connections" search={{ new: name }} {...root} />}>
          {t("connection.new")}
        </Button>
      }
    >
      <Facts contract={contract.data} />
      <section className="section">
        <h2 className="section-title">{t("catalog.operationsTitle")}</h2>
        <div className="card">
          {Object.entries(operations).map(([key, operation]) => (
            <OperationRow key={key} name={key} operation={standingOperation(operation, contract.data?.schemas)} />
          ))}
        </div>
      </section>
    </Page>
  );
}

function Facts({ contract }: { readonly contract: Contract }) {
  const { t } = useTranslation();
  const schemes = Object.entries(contract.auth);
  const budgets = Object.entries(contract.budgets);
  return (
    <dl className="card facts">
      <div>
        <dt>{t("catalog.version")}</dt>
        <dd>
          {contract.version} · {contract.publisher}
        </dd>
      </div>
      <div>
        <dt>{t("catalog.hosts")}</dt>
        <dd>
          {contract.hosts.length === 0
            ? t("catalog.noHosts")
            : contract.hosts.map((host) => (host === "*" ? t("catalog.anyHost") : host)).join(", ")}
        </dd>
      </div>
      <div>
        <dt>{t("catalog.auth")}</dt>
        <dd>
          {schemes.length === 0
            ? t("catalog.noAuth")
            : schemes.map(([id, scheme]) => scheme.title ?? t(`auth.${scheme.kind}`, { defaultValue: id })).join(", ")}
        </dd>
      </div>
      <div>
        <dt>{t("catalog.budgets")}</dt>
        <dd>
          {budgets.length === 0
            ? t("catalog.noBudgets")
            : budgets.map(([id, budget]) => (
                <div key={id} className="m-number">
                  {id}:{" "}
                  {[
                    budget.rate === undefined ? "" : t("catalog.rate", { rate: budget.rate, per: budget.per ?? "1s" }),
                    budget.concurrency === undefined ? "" : t("catalog.concurrency", { count: budget.concurrency }),
                  ]
                    .filter(Boolean)
                    .join(", ")}
                </div>
              ))}
        </dd>
      </div>
    </dl>
  );
}

function OperationRow({ name, operation }: { readonly name: string; readonly operation: Operation }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <article className="operation">
      <h3 className="operation-title">
        <button type="button" className="operation-head" aria-expanded={open} onClick={() => setOpen(!open)}>
          <IconChevronRight size={16} aria-hidden />
          <span>{operation.title}</span>
          <span className="m-mono m-muted wide-only">{name}</span>
          <span className="operation-tags">
            {operation.stream && <Tag>{t("catalog.stream")}</Tag>}
            <EffectBadge effect={operation.effect} />
          </span>
        </button>
      </h3>
      {open && (
        <div className="operation-body">
          {operation.description && <p className="m-muted">{operation.description}</p>}
          <p className="m-meta">{t(`repeat.${typeof operation.idempotency === "string" ? operation.idempotency : "key"}`)}</p>
          <h4 className="operation-part">{t("run.input")}</h4>
          <SchemaTable schema={operation.input} label={t("run.input")} />
          <h4 className="operation-part">{t("run.output")}</h4>
          <SchemaTable schema={operation.output} label={t("run.output")} />
        </div>
      )}
    </article>
  );
}
