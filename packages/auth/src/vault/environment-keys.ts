import { MortiseError } from "@mortise/contract";
import type { KekProvider } from "./kek-provider.ts";
import { activeOf, decodeLocalKey, type LocalKey, unwrapLocally, wrapLocally } from "./local-keys.ts";

/** Options of {@link environmentKeys}. */
export interface EnvironmentKeysOptions {
  /** `MORTISE_KEY` is the active key; `MORTISE_KEY_PREVIOUS` lists older ones with commas between. Each 32 bytes in base64. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absent: none. */
  readonly region?: string;
}

/** Keys from the environment. Throws `MISCONFIGURED` for a key of another length, and where there is none. */
export function environmentKeys({ env, region = "" }: EnvironmentKeysOptions): KekProvider {
  const older = (env.MORTISE_KEY_PREVIOUS ?? "").split(",").filter((text) => text.trim() !== "");
  const keys = [
    held(env.MORTISE_KEY ?? "", "MORTISE_KEY", "active"),
    ...older.map((text) => held(text, "MORTISE_KEY_PREVIOUS", "decrypt-only")),
  ];
  const elsewhere = (what: string) =>
    new MortiseError("NOT_ALLOWED", `Keys of the environment are not ${what} by Mortise.`, {
      remedy: "Take the key out of MORTISE_KEY_PREVIOUS in every process.",
    });
  return Object.freeze({
    kind: "environment",
    place: "MORTISE_KEY",
    region,
    remote: false,
    owns: async (kekId) => keys.some(({ id }) => id === kekId),
    current: async () => activeOf(keys).id,
    wrap: async (dek, binding) => wrapLocally(keys, dek, binding),
    unwrap: async (wrapped, binding) => unwrapLocally(keys, wrapped, binding),
    describe: async () => keys.map(({ id, state }) => ({ id, state })),
    disable: async () => {
      throw elsewhere("disabled");
    },
  } satisfies KekProvider);
}

function held(text: string, name: string, state: LocalKey["state"]): LocalKey {
  const key = decodeLocalKey(text);
  if (key) return { ...key, state };
  const found = Buffer.from(text.trim(), "base64").length;
  throw new MortiseError("MISCONFIGURED", `${name} holds ${found} bytes, expected 32 in base64.`);
}
