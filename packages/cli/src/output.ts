import type { Diagnostic, ErrorData, Json } from "@mortise/contract";
import { MultiBar, Presets } from "cli-progress";

/** 0 done · 1 the thing checked or run failed · 2 wrong usage or unreadable input. */
export type ExitCode = 0 | 1 | 2;

/**
 * Where a command writes: one result on stdout, everything else on stderr.
 *
 * Owns: the progress bars on the terminal.
 * Invariants:
 *   O1. With `--json`, stdout gets exactly one JSON document and a newline: the first result counts.
 *   O2. Bars are drawn on a terminal only; elsewhere progress is a line every few seconds.
 *   O3. What a file or another system says cannot move the cursor of a terminal, colour it or change the order of its letters.
 */
export class Output {
  readonly json: boolean;
  readonly #stdout: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly #stderr: NodeJS.WriteStream;
  #isTold = false;

  constructor(options: {
    readonly json: boolean;
    readonly stdout?: NodeJS.WritableStream & { readonly isTTY?: boolean };
    readonly stderr?: NodeJS.WriteStream;
  }) {
    this.json = options.json;
    this.#stdout = options.stdout ?? process.stdout;
    this.#stderr = options.stderr ?? process.stderr;
  }

  /** Whether the result was given. */
  get isTold(): boolean {
    return this.#isTold;
  }

  /** The command's result: `value` with `--json`, else the text; a terminal gets it printable, a file or pipe as it is. */
  result(value: Json | object, text: string): void {
    if (this.json && this.#isTold) return;
    this.#isTold = true;
    if (this.json) this.#stdout.write(`${JSON.stringify(value, null, 2)}\n`);
    else if (text !== "") this.#stdout.write(`${this.#stdout.isTTY ? printable(text) : text}\n`);
  }

  /** A message for people. */
  log(text: string): void {
    this.#stderr.write(`${printable(text)}\n`);
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

/** Control characters but line feed and tab, and those that hide, part or turn text (Unicode categories Cc, Cf, Zl and Zp). */
const CONTROL = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Text that does nothing to a terminal but show: control characters as `\u001b`. */
export function printable(text: string): string {
  return text.replace(CONTROL, (letter) => `\\u${(letter.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`);
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
