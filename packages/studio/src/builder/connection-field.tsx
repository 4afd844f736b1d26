import { Button, Select } from "@mantine/core";
import type { Diagnostic } from "@mortise/contract";
import { IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { connectionsQuery } from "../api/queries.ts";
import type { ConnectorSummary } from "../api/types.ts";
import type { Located } from "../document/node-sets.ts";
import { changeNode } from "../document/set-params.ts";
import { useBuilderStore } from "./builder-context.ts";

const ConnectionDialog = lazy(async () => ({
  default: (await import("../connections/connection-dialog.tsx")).ConnectionDialog,
}));

/** Which connection a step uses, and a way to make one without leaving the page. */
export function ConnectionField(props: {
  readonly located: Located;
  readonly connector: ConnectorSummary;
  readonly issues: readonly Diagnostic[];
}) {
  const { t } = useTranslation();
  const store = useBuilderStore();
  const [creating, setCreating] = useState(false);
  const all = useQuery(connectionsQuery).data ?? [];
  const { name, node, pointer } = props.located;
  const fitting = all.filter((each) => each.connector.split("@")[0] === props.connector.name);
  const issue = props.issues.find(({ path }) => path === `${pointer}/connection`);
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
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={14} />} onClick={() => setCreating(true)}>
        {t("connection.new")}
      </Button>
      {creating && (
        <Suspense>
          <ConnectionDialog
            connector={props.connector.name}
            onClose={() => setCreating(false)}
            onSaved={(saved) => {
              setCreating(false);
              choose(saved);
            }}
          />
        </Suspense>
      )}
    </div>
  );
}
