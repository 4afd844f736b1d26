import "./needs-owner.css";
import "../text/connect-texts.ts";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import type { Connection } from "../api/types.ts";
import { ReconnectButton } from "../connect/reconnect-button.tsx";

/** Says on top of a page which connections wait for a person. Nothing where none does. */
export function NeedsOwner({ connections }: { readonly connections: readonly Connection[] }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  if (connections.length === 0) return null;
  return (
    <section className="card needs-owner" aria-labelledby="needs-owner-title">
      <header className="needs-owner-head">
        <IconAlertTriangle size={20} aria-hidden />
        <div>
          <h2 id="needs-owner-title" className="needs-owner-title">
            {t("health.needOwner", { count: connections.length })}
          </h2>
          <p className="needs-owner-text">{t("health.needOwnerText")}</p>
        </div>
      </header>
      <ul className="needs-owner-list">
        {connections.map((connection) => {
          const { name, health, isConnected } = connection;
          const why = isConnected ? (health.message ?? t(`health.${health.state}`)) : t("health.notConnected");
          return (
            <li key={name}>
              <span className="needs-owner-words">
                <Link to="/connections">{name}</Link>
                <span className="m-muted m-clip" title={why}>
                  {why}
                </span>
              </span>
              {connection.canReconnect && (
                <ReconnectButton connection={connection} onDevice={() => void navigate({ to: "/connections" })} />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
