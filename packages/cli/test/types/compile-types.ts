import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const COMPILER = join(import.meta.dirname, "..", "..", "..", "..", "node_modules", "typescript", "bin", "tsc");

/** What the house's TypeScript says to generated sources, under `strict` with `exactOptionalPropertyTypes`; empty: nothing. One process for all. */
export async function compileTypes(sources: ReadonlyMap<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "mortise-types-"));
  try {
    for (const [name, text] of sources) await writeFile(join(folder, `${name}.ts`), text);
    const compilerOptions = {
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      noEmit: true,
      types: [],
      target: "es2023",
      lib: ["es2023"],
      module: "esnext",
      moduleResolution: "bundler",
    };
    const files = [...sources.keys()].map((name) => `${name}.ts`);
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files }));
    await promisify(execFile)(process.execPath, [COMPILER, "-p", folder], { maxBuffer: 1 << 26 });
    return "";
  } catch (error) {
    const { stdout } = error as { readonly stdout?: string };
    return stdout ? stdout.split("\n").slice(0, 40).join("\n") : String(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
