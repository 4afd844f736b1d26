import "./shell.css";
import { ActionIcon, Tooltip, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import {
  IconApps,
  IconChecklist,
  IconHistory,
  IconHome,
  IconInbox,
  IconMoon,
  IconPlug,
  IconRoute,
  IconSun,
  IconUser,
} from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useLocation, useMatchRoute } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { sessionQuery } from "../api/queries.ts";
import { ApiProblem } from "../api/request.ts";
import { SignedOut } from "../ui/problem.tsx";
import icon from "./icon.svg";

const InboxDrawer = lazy(async () => ({ default: (await import("../demo/inbox-drawer.tsx")).InboxDrawer }));

const PAGES = [
  { to: "/", key: "nav.home", icon: IconHome },
  { to: "/workflows", key: "nav.workflows", icon: IconRoute },
  { to: "/runs", key: "nav.runs", icon: IconHistory },
  { to: "/tasks", key: "nav.tasks", icon: IconChecklist },
  { to: "/catalog", key: "nav.catalog", icon: IconApps },
  { to: "/connections", key: "nav.connections", icon: IconPlug },
] as const;

/** The frame around every page: navigation, appearance, the demo's inbox. */
export function Shell() {
  const { t } = useTranslation();
  const session = useQuery(sessionQuery);
  const editing = useMatchRoute()({ to: "/workflows/$id/edit" }) !== false;
  // Windows of a sign-in are one card, and say themselves who is not signed in.
  const beside = useLocation().pathname.startsWith("/connect/");
  const [inbox, setInbox] = useState(false);
  if (beside)
    return (
      <main className="beside">
        <Outlet />
      </main>
    );
  if (session.error instanceof ApiProblem && session.error.status === 401) return <SignedOut />;
  return (
    <div className="shell" data-narrow={editing || undefined}>
      <a className="shell-skip" href="#main">
        {t("nav.skip")}
      </a>
      <nav className="shell-nav" aria-label={t("nav.label")}>
        <Link to="/" className="shell-brand" aria-label="Mortise">
          <img src={icon} alt="" width={28} height={28} />
          <span className="shell-word">Mortise</span>
        </Link>
        <ul className="shell-links">
          {PAGES.map(({ to, key, icon: Icon }) => (
            <li key={to}>
              <Tooltip label={t(key)} position="right" disabled={!editing}>
                <Link to={to} className="shell-link" activeOptions={{ exact: to === "/" }} aria-label={t(key)}>
                  <Icon size={18} stroke={1.75} aria-hidden />
                  <span className="shell-word">{t(key)}</span>
                </Link>
              </Tooltip>
            </li>
          ))}
        </ul>
        <div className="shell-foot">
          {session.data?.demo && (
            <button type="button" className="shell-link" onClick={() => setInbox(true)} aria-label={t("inbox.title")}>
              <IconInbox size={18} stroke={1.75} aria-hidden />
              <span className="shell-word">{t("inbox.title")}</span>
            </button>
          )}
          <div className="shell-tools">
            <Appearance />
            <Tooltip
              label={t("nav.account", { name: session.data?.user.name ?? "–", version: session.data?.version ?? "–" })}
              position="right"
              openDelay={0}
            >
              <span
                className="shell-user"
                role="img"
                aria-label={t("nav.account", { name: session.data?.user.name ?? "–", version: session.data?.version ?? "–" })}
              >
                <IconUser size={18} stroke={1.75} aria-hidden />
              </span>
            </Tooltip>
          </div>
        </div>
      </nav>
      <main id="main" className="shell-main" tabIndex={-1}>
        <Outlet />
      </main>
      <Suspense>{inbox && <InboxDrawer opened onClose={() => setInbox(false)} />}</Suspense>
    </div>
  );
}

function Appearance() {
  const { t } = useTranslation();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme("light") === "dark";
  const label = t(dark ? "nav.light" : "nav.dark");
  return (
    <Tooltip label={label} position="right">
      <ActionIcon aria-label={label} onClick={() => setColorScheme(dark ? "light" : "dark")}>
        {dark ? <IconSun size={18} stroke={1.75} /> : <IconMoon size={18} stroke={1.75} />}
      </ActionIcon>
    </Tooltip>
  );
}
