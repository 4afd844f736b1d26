import type { Diagnostic, ErrorData, Json } from "@mortise/contract";
import { MultiBar, Presets } from "cli-progress";

/** 0 done · 1 the thing checked or run failed · 2 wrong usage or unreadable input. */
export type ExitCode = 0 | 1 | 2;

/**
 * Where a command writes: one result on stdout, everything else on stderr.
 *
 * Owns: the progress bars on the terminal.
 * Invariants:
 *   O1. With `--json`, stdout gets exactly one JSON document and a newline.
 *   O2. Bars are drawn on a terminal only; elsewhere progress is a line every few seconds.
 */
export class Output {
  readonly json: boolean;
  readonly #stdout: NodeJS.WritableStream;
  readonly #stderr: NodeJS.WriteStream;

  constructor(options: {
    readonly json: boolean;
    readonly stdout?: NodeJS.WritableStream;
    readonly stderr?: NodeJS.WriteStream;
  }) {
    this.json = options.json;
    this.#stdout = options.stdout ?? process.stdout;
    this.#stderr = options.stderr ?? process.stderr;
  }

  /** The command's result: `value` with `--json`, else the text. */
  result(value: Json | object, text: string): void {
    this.#stdout.write(this.json ? `${JSON.stringify(value, null, 2)}\n` : text === "" ? "" : `${text}\n`);
  }

  /** A message for people. */
  log(text: string): void {
    this.#stderr.write(`${text}\n`);
  }

  /** Bars on a terminal, undefined elsewhere. */
  bars(): MultiBar | undefined {
    if (!this.#stderr.isTTY) return undefined;
    const format = " {title} {bar} {done} {unit} {rate}";
    return new MultiBar(
      { format, stream: this.#stderr, hideCursor: true, clearOnComplete: false, barsize: 24, fps: 8 },
      Presets.shades_grey,
    );
  }
}

/** `file:line /path  error CODE  message` and the fix below it. */
export function formatDiagnostic(diagnostic: Diagnostic, file = diagnostic.file): string {
  const place = [file, diagnostic.line].filter((part) => part !== undefined).join(":");
  const head = [place, diagnostic.path || "/", diagnostic.severity, diagnostic.code].filter((part) => part !== "").join("  ");
  return `${head}\n    ${diagnostic.message}${diagnostic.fix ? `\n    fix: ${diagnostic.fix.title}` : ""}`;
}

/** An error for people: code, message, what to do. */
export function formatError(error: ErrorData): string {
  const place = error.path ? ` (${error.path})` : "";
  return `${error.code}: ${error.message}${place}${error.remedy ? `\n    next: ${error.remedy}` : ""}`;
}
