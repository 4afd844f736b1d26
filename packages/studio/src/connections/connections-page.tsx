import "../text/connect-texts.ts";
import "./connections.css";
import { ActionIcon, Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDots, IconPencil, IconPlayerPause, IconPlugConnected, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { connectionsQuery, connectorsQuery } from "../api/queries.ts";
import { request } from "../api/request.ts";
import type { Connection } from "../api/types.ts";
import { ReconnectButton } from "../connect/reconnect-button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { Page } from "../ui/page.tsx";
import { Problem } from "../ui/problem.tsx";
import { Tile } from "../ui/tile.tsx";
import { ConnectionDialog } from "./connection-dialog.tsx";
import { ConnectionHealth, needsPerson } from "./connection-health.tsx";
import { ConnectionStanding } from "./connection-standing.tsx";
import { PauseDialog } from "./pause-dialog.tsx";
import { TestButton } from "./test-button.tsx";

/** Circuits open and close, and others pause and resume. */
const EVERY_MS = 5_000;

/** Every connection with its health, and why its calls are refused or wait. */
export function ConnectionsPage() {
  const { t } = useTranslation();
  const search = useSearch({ from: "/connections" });
  const navigate = useNavigate({ from: "/connections" });
  const connections = useQuery({ ...connectionsQuery, refetchInterval: EVERY_MS });
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
  const [pausing, setPausing] = useState(false);
  const remove = useMutation({
    mutationFn: () =>
      request<{ readonly message: string }>(`connections/${encodeURIComponent(connection.name)}`, { method: "DELETE" }),
    onSuccess: ({ message }) => {
      notifications.show({ title: t("connection.deleted", { name: connection.name }), message });
      return client.invalidateQueries({ queryKey: ["connections"] });
    },
    onError: (error) => notifications.show({ color: "red", title: t("connection.notDeleted"), message: error.message }),
  });
  return (
    <li className="card connection">
      <Tile use={name} />
      <div className="connection-words">
        <button type="button" className="connection-name" onClick={onEdit}>
          {connection.name}
        </button>
        <span className="m-meta">
          {connector?.title ?? name}
          {connection.label !== undefined && <> · {connection.label}</>}
        </span>
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
      <ConnectionHealth connection={connection} />
      <div className="connection-tools">
        {needsPerson(connection) && connection.canReconnect ? (
          <ReconnectButton connection={connection} onDevice={onEdit} />
        ) : (
          <TestButton name={connection.name} />
        )}
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
            {connection.canReconnect && (
              <Menu.Item leftSection={<IconPlugConnected size={16} />} onClick={onEdit}>
                {t("signIn.reconnect")}
              </Menu.Item>
            )}
            {connection.standing.hold === undefined && (
              <Menu.Item leftSection={<IconPlayerPause size={16} />} onClick={() => setPausing(true)}>
                {t("standing.pause")}
              </Menu.Item>
            )}
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
      <ConnectionStanding connection={connection} />
      {pausing && <PauseDialog name={connection.name} onClose={() => setPausing(false)} />}
    </li>
  );
}
