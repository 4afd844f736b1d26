import { Drawer } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { inboxQuery } from "../api/queries.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { Ago } from "../ui/time.tsx";

/** The demo's mail server, as a drawer: what workflows sent. */
export function InboxDrawer({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size={480}
      title={t("inbox.title")}
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {opened && <Inbox />}
    </Drawer>
  );
}

function Inbox() {
  const { t } = useTranslation();
  const mails = useQuery(inboxQuery).data ?? [];
  const [open, setOpen] = useState<string>();
  if (mails.length === 0) return <EmptyState title={t("inbox.empty")} text={t("inbox.emptyText")} />;
  const sorted = [...mails].sort((a, b) => b.receivedAtMs - a.receivedAtMs);
  const shown = open ?? sorted[0]?.id;
  return (
    <ul className="mails">
      {sorted.map((mail) => (
        <li key={mail.id} className="mail">
          <button
            type="button"
            className="mail-head"
            aria-expanded={shown === mail.id}
            onClick={() => setOpen(shown === mail.id ? "" : mail.id)}
          >
            <span className="mail-subject m-clip">{mail.subject}</span>
            <span className="m-meta">
              <Ago atMs={mail.receivedAtMs} />
            </span>
            <span className="m-meta m-clip mail-people">{t("inbox.people", { from: mail.from, to: mail.to })}</span>
          </button>
          {shown === mail.id && <pre className="mail-text">{mail.text}</pre>}
        </li>
      ))}
    </ul>
  );
}
