import { Select } from "@mantine/core";
import type { Diagnostic } from "@mortise/contract";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { connectionsQuery } from "../api/queries.ts";

/** Over which connection a connector's trigger listens. */
export function TriggerConnection(props: {
  readonly connector: string;
  readonly connection: string | undefined;
  readonly issues: readonly Diagnostic[];
  readonly onChange: (connection: string | null) => void;
}) {
  const { t } = useTranslation();
  const all = useQuery(connectionsQuery).data ?? [];
  const data = all
    .filter((each) => each.connector.split("@")[0] === props.connector)
    .map(({ name }) => ({ value: name, label: name }));
  if (props.connection !== undefined && !data.some(({ value }) => value === props.connection))
    data.push({ value: props.connection, label: t("connection.missing", { name: props.connection }) });
  return (
    <Select
      label={t("trigger.connection")}
      placeholder={t(data.length === 0 ? "connection.noneYet" : "form.choose")}
      data={data}
      value={props.connection ?? null}
      clearable
      error={props.issues.find(({ path }) => path === "/trigger/connection")?.message}
      onChange={props.onChange}
    />
  );
}
