import type { KekProvider } from "./kek-provider.ts";
import { keyRefused } from "./refusals.ts";

/**
 * Several providers as one: the first wraps, all unwrap what is theirs. This is how a deployment moves from one provider to another; a
 * rotation then leaves nothing with the older ones.
 */
export function keyring(first: KekProvider, ...older: readonly KekProvider[]): KekProvider {
  if (older.length === 0) return first;
  const all = [first, ...older];
  const owner = async (kekId: string): Promise<KekProvider> => {
    for (const provider of all) if (await provider.owns(kekId)) return provider;
    throw keyRefused(kekId, `is held by none of ${all.map(({ place }) => place).join(", ")}`);
  };
  return Object.freeze({
    kind: first.kind,
    place: all.map(({ place }) => place).join(", before that "),
    region: first.region,
    remote: all.some(({ remote }) => remote),
    owns: async (kekId) => (await Promise.all(all.map((provider) => provider.owns(kekId)))).includes(true),
    current: () => first.current(),
    wrap: (dek, binding) => first.wrap(dek, binding),
    unwrap: async (wrapped, binding) => await (await owner(wrapped.kekId)).unwrap(wrapped, binding),
    describe: async () => {
      const [own, ...others] = await Promise.all(all.map((provider) => provider.describe()));
      const lowered = others.flat().map((key) => (key.state === "active" ? { ...key, state: "decrypt-only" as const } : key));
      return [...(own ?? []), ...lowered];
    },
    ...(first.rotate ? { rotate: () => (first.rotate as () => Promise<string>)() } : {}),
    disable: async (kekId) => await (await owner(kekId)).disable(kekId),
    enable: async (kekId) => {
      const provider = await owner(kekId);
      if (!provider.enable) throw keyRefused(kekId, `can only be enabled in ${provider.place}`);
      await provider.enable(kekId);
    },
    destroy: async (kekId) => {
      const provider = await owner(kekId);
      if (!provider.destroy) throw keyRefused(kekId, `can only be destroyed in ${provider.place}`);
      await provider.destroy(kekId);
    },
  } satisfies KekProvider);
}
