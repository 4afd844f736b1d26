import "../connections/connection-standing.css";
import "../connections/connections.css";
import "../text/connect-texts.ts";
import type { Workflow } from "@mortise/workflow";
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { connectionsQuery } from "../api/queries.ts";
import { ConnectionStanding, isHeldUp } from "../connections/connection-standing.tsx";
import { allNodes } from "../document/node-sets.ts";

const EVERY_MS = 5_000;

/** Says of a run that is not done which of its connections refuse calls or let them wait, and why. Nothing where none does. */
export function RunStanding({ document }: { readonly document: Workflow }) {
  const { t } = useTranslation();
  const connections = useQuery({ ...connectionsQuery, refetchInterval: EVERY_MS });
  const used = new Set(allNodes(document).flatMap(({ node }) => (node.connection === undefined ? [] : [node.connection])));
  const held = (connections.data ?? []).filter(({ name, standing }) => used.has(name) && isHeldUp(standing));
  if (held.length === 0) return null;
  return (
    <section className="run-standing" aria-label={t("standing.title")}>
      <h2 className="section-title">{t("standing.title")}</h2>
      <dl>
        {held.map((connection) => (
          <div key={connection.name} style={{ display: "contents" }}>
            <dt className="m-mono">{connection.name}</dt>
            <dd>
              <ConnectionStanding connection={connection} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
