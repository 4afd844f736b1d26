import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from "@tanstack/react-router";
import { NotFound, PageProblem } from "../ui/problem.tsx";
import { Shell } from "./shell.tsx";

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("../home/home-page.tsx"), "HomePage"),
});

const workflows = createRoute({
  getParentRoute: () => root,
  path: "/workflows",
  component: lazyRouteComponent(() => import("../workflows/workflows-page.tsx"), "WorkflowsPage"),
});

/** What the builder keeps in its address. */
export interface BuilderSearch {
  readonly step?: string;
  /** Opens the run dialog when the page opens. */
  readonly run?: boolean;
}

const builder = createRoute({
  getParentRoute: () => root,
  path: "/workflows/$id/edit",
  validateSearch: (search: Record<string, unknown>): BuilderSearch => ({
    ...(typeof search.step === "string" ? { step: search.step } : {}),
    ...(search.run === true ? { run: true } : {}),
  }),
  component: lazyRouteComponent(() => import("../builder/builder-page.tsx"), "BuilderPage"),
});

/** Filters of the list of runs. */
export interface RunsSearch {
  readonly workflow?: string;
  readonly status?: string;
}

const runs = createRoute({
  getParentRoute: () => root,
  path: "/runs",
  validateSearch: (search: Record<string, unknown>): RunsSearch => ({
    ...(typeof search.workflow === "string" ? { workflow: search.workflow } : {}),
    ...(typeof search.status === "string" ? { status: search.status } : {}),
  }),
  component: lazyRouteComponent(() => import("../runs/runs-page.tsx"), "RunsPage"),
});

const run = createRoute({
  getParentRoute: () => root,
  path: "/runs/$id",
  component: lazyRouteComponent(() => import("../runs/run-page.tsx"), "RunPage"),
});

const tasks = createRoute({
  getParentRoute: () => root,
  path: "/tasks",
  component: lazyRouteComponent(() => import("../tasks/tasks-page.tsx"), "TasksPage"),
});

const task = createRoute({
  getParentRoute: () => root,
  path: "/tasks/$id",
  component: lazyRouteComponent(() => import("../tasks/task-page.tsx"), "TaskPage"),
});

const catalog = createRoute({
  getParentRoute: () => root,
  path: "/catalog",
  component: lazyRouteComponent(() => import("../catalog/catalog-page.tsx"), "CatalogPage"),
});

const connector = createRoute({
  getParentRoute: () => root,
  path: "/catalog/$connector",
  component: lazyRouteComponent(() => import("../catalog/connector-page.tsx"), "ConnectorPage"),
});

const connections = createRoute({
  getParentRoute: () => root,
  path: "/connections",
  validateSearch: (search: Record<string, unknown>): { readonly new?: string } =>
    typeof search.new === "string" ? { new: search.new } : {},
  component: lazyRouteComponent(() => import("../connections/connections-page.tsx"), "ConnectionsPage"),
});

const opening = createRoute({
  getParentRoute: () => root,
  path: "/connect/opening",
  component: lazyRouteComponent(() => import("../connect/opening-page.tsx"), "OpeningPage"),
});

const turnedAway = createRoute({
  getParentRoute: () => root,
  path: "/connect/turned-away",
  validateSearch: (search: Record<string, unknown>): { readonly why?: string } =>
    typeof search.why === "string" ? { why: search.why } : {},
  component: lazyRouteComponent(() => import("../connect/turned-away-page.tsx"), "TurnedAwayPage"),
});

const consent = createRoute({
  getParentRoute: () => root,
  path: "/connect/$id",
  component: lazyRouteComponent(() => import("../connect/consent-page.tsx"), "ConsentPage"),
});

const consentDone = createRoute({
  getParentRoute: () => root,
  path: "/connect/$id/done",
  component: lazyRouteComponent(() => import("../connect/consent-page.tsx"), "ConsentPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    workflows,
    builder,
    runs,
    run,
    tasks,
    task,
    catalog,
    connector,
    connections,
    opening,
    turnedAway,
    consent,
    consentDone,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: PageProblem,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
