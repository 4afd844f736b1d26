import "./builder.css";
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useRef } from "react";
import { workflowQuery } from "../api/queries.ts";
import type { StoredWorkflow } from "../api/types.ts";
import { Problem } from "../ui/problem.tsx";
import { Builder } from "./builder.tsx";
import { BuilderProvider } from "./builder-context.ts";
import { type BuilderStore, createBuilderStore } from "./builder-store.ts";

/** The page that edits one workflow. */
export function BuilderPage() {
  const { id } = useParams({ from: "/workflows/$id/edit" });
  const search = useSearch({ from: "/workflows/$id/edit" });
  const stored = useQuery(workflowQuery(id));
  if (stored.error) return <Problem error={stored.error} onRetry={() => void stored.refetch()} />;
  if (!stored.data) return <Skeleton height="100%" radius={0} />;
  return <Opened key={id} stored={stored.data} step={search.step} run={search.run === true} />;
}

/** The document as it was when the page opened; later answers of the server come through saving, not through here. */
function Opened({
  stored,
  step,
  run,
}: {
  readonly stored: StoredWorkflow;
  readonly step: string | undefined;
  readonly run: boolean;
}) {
  const opened = useRef<{ readonly store: BuilderStore; readonly stored: StoredWorkflow }>(undefined);
  if (opened.current === undefined) {
    const store = createBuilderStore(stored.document, () => Date.now());
    if (step !== undefined) store.getState().select(step);
    opened.current = { store, stored };
  }
  return (
    <BuilderProvider value={opened.current.store}>
      <Builder
        stored={opened.current.stored}
        active={stored.active}
        webhookUrl={stored.webhookUrl ?? stored.formUrl}
        startRun={run}
      />
    </BuilderProvider>
  );
}
