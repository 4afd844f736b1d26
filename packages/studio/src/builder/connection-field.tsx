import { Button, Select } from "@mantine/core";
import type { Diagnostic } from "@mortise/contract";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { connectionsQuery, contractQuery } from "../api/queries.ts";
import type { ConnectorSummary } from "../api/types.ts";
import { ReconnectButton } from "../connect/reconnect-button.tsx";
import { ConnectionDialog } from "../connections/connection-dialog.tsx";
import { ConnectionHealth, needsPerson } from "../connections/connection-health.tsx";
import type { Located } from "../document/node-sets.ts";
import { changeNode } from "../document/set-params.ts";
import { useBuilderStore } from "./builder-context.ts";

/** Which connection a step uses, and a way to make one without leaving the page. */
export function ConnectionField(props: {
  readonly located: Located;
  readonly connector: ConnectorSummary;
  readonly issues: readonly Diagnostic[];
}) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const [creating, setCreating] = useState(false);
  const [mending, setMending] = useState(false);
  const all = useQuery(connectionsQuery).data ?? [];
  const { name, node, pointer } = props.located;
  const fitting = all.filter((each) => each.connector.split("@")[0] === props.connector.name);
  const issue = props.issues.find(({ path }) => path === `${pointer}/connection`);
  const chosen = all.find((each) => each.name === node.connection);
  const operation = node.use.split("/")[1] ?? "";
  const scopes = useQuery(contractQuery(props.connector.name)).data?.operations[operation]?.scopes;
  const choose = (connection: string | null) =>
    store
      .getState()
      .edit((document) =>
        changeNode(document, name, ({ connection: _, ...rest }) => (connection === null ? rest : { ...rest, connection })),
      );
  const data = fitting.map((each) => ({ value: each.name, label: each.name }));
  if (node.connection !== undefined && !data.some(({ value }) => value === node.connection)) {
    data.push({ value: node.connection, label: t("connection.missing", { name: node.connection }) });
  }
  return (
    <div className="connection-field">
      <Select
        label={t("connection.one")}
        placeholder={t(fitting.length === 0 ? "connection.noneYet" : "form.choose")}
        data={data}
        value={node.connection ?? null}
        error={issue?.message}
        onChange={choose}
      />
      {chosen !== undefined && needsPerson(chosen) && chosen.canReconnect && (
        <div className="connection-field-state">
          <ConnectionHealth connection={chosen} />
          <ReconnectButton connection={chosen} onDevice={() => setMending(true)} />
        </div>
      )}
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => setCreating(true)}>
        {t("connection.new")}
      </Button>
      {mending && chosen !== undefined && (
        <ConnectionDialog connection={chosen} onClose={() => setMending(false)} onSaved={() => setMending(false)} />
      )}
      {creating && (
        <ConnectionDialog
          connector={props.connector.name}
          {...(scopes ? { scopes } : {})}
          onClose={() => setCreating(false)}
          onSaved={(saved) => {
            setCreating(false);
            choose(saved);
          }}
        />
      )}
    </div>
  );
}
