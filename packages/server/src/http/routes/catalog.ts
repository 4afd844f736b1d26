import { rules, transformers } from "@mortise/builders";
import type { Contract } from "@mortise/contract";
import { MortiseError, selfContained } from "@mortise/contract";
import { coreNodes, TRIGGER_FLOW, TRIGGER_KINDS } from "@mortise/workflow";
import type { Routes } from "./routes.ts";

/** What can be used in a workflow. */
export const catalogRoutes: Routes = (app, { host }) => {
  const config = { access: "signed-in" } as const;

  app.get("/api/v1/catalog/connectors", { config }, async () => ({
    connectors: host.registry.list().map(({ contract }) => summary(contract)),
  }));

  app.get<{ Params: { name: string } }>("/api/v1/catalog/connectors/:name", { config }, async ({ params }) => {
    const found = host.registry.get(params.name);
    if (!found) throw new MortiseError("CONNECTOR_NOT_FOUND", `No connector "${params.name}" is installed.`);
    return found.contract;
  });

  app.get("/api/v1/catalog/nodes", { config }, async () => ({
    nodes: coreNodes.map(({ spec }) => spec),
  }));
  app.get("/api/v1/catalog/triggers", { config }, async () => ({
    triggers: [...TRIGGER_KINDS, ...host.registry.list().flatMap(({ contract }) => triggersOf(contract))],
    flow: { type: "object", properties: TRIGGER_FLOW },
  }));
  app.get("/api/v1/catalog/transformers", { config }, async () => ({ transformers }));
  app.get("/api/v1/catalog/rules", { config }, async () => ({ rules }));
};

function triggersOf(contract: Contract) {
  const { name: connector, version, triggers = {}, schemas } = contract;
  return Object.entries(triggers).map(([name, trigger]) => ({
    use: `${connector}@${version.split(".")[0]}/${name}`,
    title: `${contract.title}: ${trigger.title}`,
    description: [trigger.description, trigger.kind === "webhook" ? trigger.manual : undefined].filter(Boolean).join(" "),
    params: selfContained(trigger.input, schemas),
    connector,
    kind: trigger.kind,
    needsConnection: needsConnection(contract),
  }));
}

function summary(contract: Contract) {
  const operations = Object.entries(contract.operations);
  const kind = operations.some(([, { native }]) => native)
    ? "native"
    : operations.some(([, { code }]) => code)
      ? "code"
      : "declarative";
  return {
    name: contract.name,
    version: contract.version,
    title: contract.title,
    description: contract.description ?? "",
    publisher: contract.publisher,
    categories: contract.categories ?? [],
    auth: Object.keys(contract.auth),
    kind,
    needsConnection: needsConnection(contract),
    operations: operations.map(([name, { title, description, effect, stream }]) => ({
      name,
      title,
      description: description ?? "",
      effect,
      stream: stream !== undefined,
    })),
  };
}

/** A connector works without a connection when no setting is required and `none` is one of its ways to sign in, or it has none at all. */
export function needsConnection(contract: Contract): boolean {
  if ((contract.settings?.required ?? []).length > 0) return true;
  const schemes = Object.values(contract.auth);
  return schemes.length > 0 && !schemes.some(({ kind }) => kind === "none");
}
