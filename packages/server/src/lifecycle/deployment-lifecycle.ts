import type { FlagOptions, KillListOptions, RuntimeOptions } from "@mortise/runtime";
import type { Deployment } from "../host/deployment.ts";
import type { LifecycleFeed } from "./lifecycle-feed.ts";

/**
 * The lists of a deployment: what its configuration says, and beside it what the database says. A flag that both name is as the configuration
 * says.
 */
export function deploymentLifecycle(
  { killList, flags }: Pick<Deployment, "killList" | "flags">,
  feed: Pick<LifecycleFeed, "killList" | "flags" | "watch">,
): Pick<RuntimeOptions, "killList" | "flags"> {
  const watch = (changed: () => void) => feed.watch(changed);
  const killed: KillListOptions = { ...killList, source: [...sources(killList), { read: () => feed.killList() }], watch };
  const switched: FlagOptions = { ...flags, source: [...sources(flags), { read: () => feed.flags() }], watch };
  return { killList: killed, flags: switched };
}

function sources<Options extends KillListOptions | FlagOptions>(options: Options | undefined) {
  if (options === undefined) return [];
  return [options.source].flat() as Exclude<Options["source"], readonly unknown[]>[];
}
