import release from "@jitl/quickjs-wasmfile-release-sync";
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSSyncVariant,
  type QuickJSWASMModule,
} from "quickjs-emscripten-core";
import { PAGE_BYTES } from "../sandbox-limits.ts";

/** One fresh engine with a memory of its own. */
export interface Instance {
  readonly engine: QuickJSWASMModule;
  /** Whether more memory was asked for than there may be; what was done after that may be unsound. */
  ranOut(): boolean;
}

/** Pages that the compiled engine starts with. */
const INITIAL_PAGES = 256;

/** Starts an engine whose memory cannot grow beyond `memoryBytes`: WebAssembly itself refuses, whatever the engine's books say. */
export async function openInstance(module: WebAssembly.Module, memoryBytes: number): Promise<Instance> {
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum: memoryBytes / PAGE_BYTES });
  let ranOut = false;
  const grow = memory.grow.bind(memory);
  memory.grow = (pages) => {
    try {
      return grow(pages);
    } catch (error) {
      ranOut = true;
      throw error;
    }
  };
  const silent = (): void => undefined;
  // The package's types are those of its CommonJS form.
  const variant = newVariant(release as unknown as QuickJSSyncVariant, {
    wasmModule: module,
    wasmMemory: memory,
    emscriptenModule: { print: silent, printErr: silent, thisProgram: "guest" } as object,
  });
  return { engine: await newQuickJSWASMModuleFromVariant(variant), ranOut: () => ranOut };
}
