import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "@mortise/contract";
import type { Workflow } from "@mortise/workflow";
import type { HostStorage } from "../host/open-host.ts";
import type { StoredConnection } from "../store/connection-store.ts";
import { TENANT } from "../store/open-store.ts";

/** A connection of the demo. */
export interface DemoConnection {
  readonly connector: string;
  readonly settings: JsonObject;
  readonly auth: string;
  /** Settings that say where the service is; they are new at every start. */
  readonly place: readonly string[];
}

/** What the demo brings. */
export interface DemoContent {
  readonly connections: Readonly<Record<string, DemoConnection>>;
  readonly workflows: ReadonlyMap<string, Workflow>;
}

/**
 * Brings the demo's connections and workflows, each once.
 *
 * Owns: the rows of `demo_seeds`, which say what was brought and where its services were then.
 * Invariants:
 *   D1. What a person changed stays as it is, what a person deleted stays away.
 *   D2. A connection that still points to the demo's service follows it to its new port.
 */
export async function seedDemo(host: HostStorage, { connections, workflows }: DemoContent): Promise<void> {
  const before = await seededBefore(host);
  for (const [name, fresh] of Object.entries(connections)) {
    const key = `connection/${name}`;
    const stored = await host.store.connections.find(name);
    if (stored ? !pointsToDemo(stored, fresh, before.get(key)) : before.has(key)) continue;
    const { connector, settings, auth, place } = fresh;
    const kept = stored ? { ...stored.settings, ...at(settings, place) } : settings;
    await host.store.connections.put(name, { connector, settings: kept, auth: stored ? stored.auth : auth });
    await note(host, key, at(settings, place));
  }
  for (const [id, document] of workflows) {
    const key = `workflow/${id}`;
    if (before.has(key)) continue;
    await host.store.workflows.create(document, id);
    await note(host, key, {});
  }
}

/** As it was brought last; or, from before seeds were noted, as it would be brought now but for the place. */
function pointsToDemo(stored: StoredConnection, fresh: DemoConnection, last: JsonObject | undefined): boolean {
  const { connector, settings, place } = fresh;
  if (stored.connector !== connector) return false;
  if (last) return isDeepStrictEqual(at(stored.settings, place), last);
  return isDeepStrictEqual({ ...stored.settings, ...at(settings, place) }, settings);
}

async function seededBefore(host: HostStorage): Promise<ReadonlyMap<string, JsonObject>> {
  const { rows } = await host.pool.query<{ key: string; place: JsonObject }>(
    "select key, place from mortise.demo_seeds where tenant = $1",
    [TENANT],
  );
  return new Map(rows.map(({ key, place }) => [key, place]));
}

async function note(host: HostStorage, key: string, place: JsonObject): Promise<void> {
  await host.pool.query(
    `insert into mortise.demo_seeds (tenant, key, place) values ($1, $2, $3)
     on conflict (tenant, key) do update set place = excluded.place`,
    [TENANT, key, JSON.stringify(place)],
  );
}

function at(settings: JsonObject, place: readonly string[]): JsonObject {
  return Object.fromEntries(place.map((name) => [name, settings[name] ?? null]));
}
