import "./connections.css";
import { ActionIcon, Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { connectionsQuery, connectorsQuery } from "../api/queries.ts";
import { request } from "../api/request.ts";
import type { Connection } from "../api/types.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Status } from "../ui/status.tsx";
import { Tile } from "../ui/tile.tsx";
import { Ago } from "../ui/time.tsx";
import { ConnectionDialog } from "./connection-dialog.tsx";
import { TestButton } from "./test-button.tsx";

/** Every connection with its health. */
export function ConnectionsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/connections" });
  const navigate = useNavigate({ from: "/connections" });
  const connections = useQuery(connectionsQuery);
  const [editing, setEditing] = useState<Connection | "new" | undefined>(search.new === undefined ? undefined : "new");
  const close = () => {
    setEditing(undefined);
    if (search.new !== undefined) void navigate({ search: {}, replace: true });
  };
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setEditing("new")}>
      {t("connection.new")}
    </Button>
  );
  return (
    <Page title={t("nav.connections")} lead={t("connection.lead")} actions={add}>
      {connections.error && <Problem error={connections.error} onRetry={() => void connections.refetch()} />}
      {connections.data?.length === 0 && (
        <div className="card">
          <EmptyState title={t("connection.none")} text={t("connection.noneText")} />
        </div>
      )}
      <ul className="connections">
        {(connections.data ?? []).map((connection) => (
          <ConnectionRow key={connection.name} connection={connection} onEdit={() => setEditing(connection)} />
        ))}
      </ul>
      {editing !== undefined && (
        <ConnectionDialog
          {...(editing === "new" ? (search.new === undefined ? {} : { connector: search.new }) : { connection: editing })}
          onClose={close}
          onSaved={close}
        />
      )}
    </Page>
  );
}

function ConnectionRow({ connection, onEdit }: { readonly connection: Connection; readonly onEdit: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const name = connection.connector.split("@")[0] ?? connection.connector;
  const connector = useQuery(connectorsQuery).data?.find((each) => each.name === name);
  const remove = useMutation({
    mutationFn: () => request(`connections/${encodeURIComponent(connection.name)}`, { method: "DELETE" }),
    onSuccess: () => client.invalidateQueries({ queryKey: ["connections"] }),
    onError: (error) => notifications.show({ color: "red", title: t("connection.notDeleted"), message: error.message }),
  });
  return (
    <li className="card connection">
      <Tile use={name} />
      <div className="connection-words">
        <button type="button" className="connection-name" onClick={onEdit}>
          {connection.name}
        </button>
        <span className="m-meta">{connector?.title ?? name}</span>
        {connection.usedBy.length > 0 && (
          <span className="m-meta connection-uses">
            {t("connection.usedBy")}{" "}
            {connection.usedBy.map((use, index) => (
              <span key={use.id}>
                {index > 0 && ", "}
                <Link to="/workflows/$id/edit" params={{ id: use.id }}>
                  {use.name}
                </Link>
              </span>
            ))}
          </span>
        )}
      </div>
      <div className="connection-health">
        <Status status={connection.health.status} />
        <span className="m-meta m-clip" title={connection.health.message}>
          {connection.health.status === "failing" && connection.health.message
            ? connection.health.message
            : connection.health.testedAtMs !== undefined && <Ago atMs={connection.health.testedAtMs} />}
        </span>
      </div>
      <div className="connection-tools">
        <TestButton name={connection.name} />
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon aria-label={t("connection.actions", { name: connection.name })}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
              {t("connection.edit")}
            </Menu.Item>
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              onClick={() => globalThis.confirm(t("connection.confirmDelete", { name: connection.name })) && remove.mutate()}
            >
              {t("connection.delete")}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </div>
    </li>
  );
}
