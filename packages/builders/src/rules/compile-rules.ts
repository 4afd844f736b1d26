import {
  type Diagnostic,
  type ErrorCode,
  type Fix,
  type Json,
  type JsonObject,
  type JsonSchema,
  MortiseError,
  nearest,
  type Severity,
} from "@mortise/contract";
import type { Definitions } from "../definitions/definition.ts";
import { type DefinitionScope, definitionScope, fillParams, openUse } from "../definitions/use-definition.ts";
import { checkParams } from "../schema/check-params.ts";
import { describeValue } from "../schema/describe-value.ts";
import { inferSchema } from "../schema/infer-schema.ts";
import { KIND, kindsOf } from "../schema/kinds.ts";
import { memberNames, memberOf } from "../schema/members.ts";
import { resolveReferences } from "../schema/resolve-references.ts";
import { isRecord, type Row } from "../transformers/records.ts";
import { compileValue } from "../values/compile-value.ts";
import type { CompiledValue } from "../values/compiled-value.ts";
import { pointerTo } from "../values/json-pointer.ts";
import type { CompiledRule, RowCheck, Rule, RuleContext } from "./rule.ts";
import { RULES } from "./rule-list.ts";

/** Options of {@link compileRules}. */
export interface CompileRulesOptions {
  /** Schema of one row; fields that it cannot have are errors. Absent: unknown. */
  readonly rowSchema?: JsonSchema;
  /** Rules of one's own that may be used, by `name@version`. Absent: none. */
  readonly definitions?: Definitions;
  /** JSON pointer of the rules in their document; diagnostics start with it. Absent: `""`. */
  readonly path?: string;
}

/** A row that breaks rules. */
export interface RejectedRow {
  /** Position in the list, from 0. */
  readonly index: number;
  readonly row: Json;
  /** One sentence for each rule that it breaks, in the order of the rules. */
  readonly reasons: readonly string[];
}

/** Rules, checked and ready to run. */
export interface CompiledRules {
  /** Why the row breaks rules; empty where all hold. `unique` sees only this row: use `checkAll` for it. */
  check(row: Json, index: number): readonly string[];
  /**
   * Sorts the rows of one list into valid and rejected ones, repaired where a rule says so. `unique` sees the rows of this list;
   * with `memory` from {@link newMemory} also those of earlier lists, then `offset` is the index of the first row.
   */
  checkAll(
    rows: readonly Json[],
    from?: { readonly memory?: RuleMemory; readonly offset?: number },
  ): {
    readonly valid: readonly Json[];
    readonly rejected: readonly RejectedRow[];
    /** Why the list as a whole breaks rules, such as `rowCount`; no row is rejected for that. */
    readonly problems: readonly string[];
  };
  newMemory(): RuleMemory;
  readonly diagnostics: readonly Diagnostic[];
}

/** What `unique` has seen so far. */
export type RuleMemory = Map<string, unknown>;

interface NamedRule extends CompiledRule {
  readonly message: string | undefined;
}

const BY_NAME: ReadonlyMap<string, Rule> = new Map(RULES.map((each) => [each.name, each]));

/** Compiles a list of rules once. Using rules whose `diagnostics` hold an error throws that error. */
export function compileRules(rules: Json, options: CompileRulesOptions = {}): CompiledRules {
  const path = options.path ?? "";
  const diagnostics: Diagnostic[] = [];
  const definitions = options.definitions && definitionScope(options.definitions);
  const row = resolveReferences(options.rowSchema ?? true);
  const compiled = compileList(rules, path, { row, diagnostics, definitions });
  return Object.freeze({
    check: (value: Json, index: number) => {
      refuse(diagnostics);
      return checkRow(compiled, value, index, new Map());
    },
    checkAll: (rows: readonly Json[], from: { readonly memory?: RuleMemory; readonly offset?: number } = {}) => {
      refuse(diagnostics);
      const memory = from.memory ?? new Map<string, unknown>();
      const mended = rows.map((row, i) => repaired(compiled, row, (from.offset ?? 0) + i));
      const records = compiled.some(({ survey, checkList }) => survey ?? checkList) ? mended.filter(isRecord) : [];
      const surveyed = compiled.map((rule) => (rule.survey ? { ...rule, check: rule.survey(records) } : rule));
      const valid: Json[] = [];
      const rejected: RejectedRow[] = [];
      mended.forEach((value, i) => {
        const index = (from.offset ?? 0) + i;
        const reasons = checkRow(surveyed, value, index, memory);
        if (reasons.length === 0) valid.push(value);
        else rejected.push({ index, row: rows[i] as Json, reasons });
      });
      const problems = compiled.flatMap(({ checkList, message }) => {
        const problem = checkList?.(records);
        return problem === undefined ? [] : [message ?? problem];
      });
      return { valid, rejected, problems };
    },
    newMemory: () => new Map<string, unknown>(),
    diagnostics,
  });
}

/** Where rules are compiled, and what is said of them. */
interface Site {
  readonly row: JsonSchema;
  readonly diagnostics: Diagnostic[];
  readonly definitions: DefinitionScope | undefined;
  /** Parameters of the definition that the rules stand in. */
  readonly params?: JsonObject;
}

function compileList(rules: Json, path: string, site: Site): readonly NamedRule[] {
  if (!Array.isArray(rules)) {
    site.diagnostics.push({ code: "WRONG_TYPE", severity: "error", path, message: "rules must be a list" });
    return [];
  }
  return (rules as readonly Json[]).flatMap((each, i) => {
    const at = pointerTo(path, i);
    return isRecord(each) && Object.hasOwn(each, "use") ? compileUse(each, at, site) : compileOne(each, at, site);
  });
}

/** Unfolds rules of one's own. */
function compileUse(entry: JsonObject, path: string, { row, diagnostics, definitions }: Site): readonly NamedRule[] {
  const opened = openUse(entry, "mortise.rules/1", definitions, path);
  if (!("document" in opened)) {
    diagnostics.push(...opened);
    return [];
  }
  const { document, fixed, computed, inside } = opened;
  const use = pointerTo(path, "use");
  const [first] = Object.keys(computed);
  if (first !== undefined) {
    const message = `the parameter "${first}" of rules cannot be computed`;
    diagnostics.push({ code: "INVALID_VALUE", severity: "error", path: pointerTo(pointerTo(path, "with"), first), message });
    return [];
  }
  const found: Diagnostic[] = [];
  const say = (message: string): void => {
    found.push({ code: "INVALID_VALUE", severity: "error", path: "", message });
  };
  const rules = fillParams(document.rules, fixed, document.params, say);
  const compiled = compileList(rules, `${use}/rules`, { row, diagnostics: found, definitions: inside, params: fixed });
  const name = inside.open.at(-1) ?? "";
  diagnostics.push(
    ...found.map(({ code, severity, message, path: at }) => {
      return { code, severity, path: use, message: `in ${name}${at.slice(use.length)}: ${message}` };
    }),
  );
  return compiled;
}

function checkRow(rules: readonly NamedRule[], row: Json, index: number, memory: RuleMemory): readonly string[] {
  if (!isRecord(row)) return [`the row is ${describeValue(row)}, expected a record`];
  const reasons: string[] = [];
  for (const rule of rules) {
    const reason = rule.check(row, index, memory);
    if (reason !== undefined) reasons.push(rule.message ?? reason);
  }
  return reasons;
}

function refuse(diagnostics: readonly Diagnostic[]): void {
  const fault = diagnostics.find((each) => each.severity === "error");
  if (fault) throw new MortiseError(fault.code as ErrorCode, fault.message, { path: fault.path });
}

function repaired(rules: readonly NamedRule[], row: Json, index: number): Json {
  if (!isRecord(row)) return row;
  return rules.reduce<Row>((value, rule) => (rule.repair ? rule.repair(value, index) : value), row);
}

function compileOne(document: Json, path: string, site: Site): readonly NamedRule[] {
  const { diagnostics } = site;
  const problem = (code: ErrorCode, at: string, message: string, fix?: Fix) => {
    diagnostics.push({ code, severity: "error", path: at, message, ...(fix && { fix }) });
    return [];
  };
  if (!isRecord(document))
    return problem(
      "WRONG_TYPE",
      path,
      `a rule is a record such as {"rule": "required", "field": "name"}, found ${describeValue(document)}`,
    );
  const name = document.rule;
  if (typeof name !== "string")
    return problem("MISSING_KEY", path, `"rule" is missing; there are: ${[...BY_NAME.keys()].join(", ")}`);
  const rule = BY_NAME.get(name);
  if (!rule) {
    const near = nearest(name, BY_NAME.keys());
    const at = pointerTo(path, "rule");
    const fix =
      near === undefined
        ? undefined
        : { title: `Did you mean "${near}"?`, patch: [{ op: "replace" as const, path: at, value: near }] };
    return problem("INVALID_VALUE", at, `there is no rule "${name}"; there are: ${[...BY_NAME.keys()].join(", ")}`, fix);
  }
  const faults = checkParams(document, rule.params, path);
  diagnostics.push(...faults);
  if (faults.length > 0) return [];
  const compiled = rule.compile(document, new RuleSite(path, site));
  return [{ ...compiled, message: typeof document.message === "string" ? document.message : undefined }];
}

class RuleSite implements RuleContext {
  readonly row: JsonSchema;
  readonly #path: string;
  readonly #site: Site;
  readonly #diagnostics: Diagnostic[];

  constructor(path: string, site: Site) {
    this.#path = path;
    this.row = site.row;
    this.#site = site;
    this.#diagnostics = site.diagnostics;
  }

  get id(): string {
    return this.#path;
  }

  rules(documents: Json, pointer: string, row: JsonSchema): CompiledRule {
    const compiled = compileList(documents, this.#path + pointer, { ...this.#site, row });
    const checkAll = (rules: readonly NamedRule[]): RowCheck => {
      return (each, index, memory) => checkRow(rules, each, index, memory)[0];
    };
    const surveys = compiled.some(({ survey }) => survey);
    return {
      check: checkAll(compiled),
      ...(surveys && {
        survey: (rows) => checkAll(compiled.map((rule) => (rule.survey ? { ...rule, check: rule.survey(rows) } : rule))),
      }),
    };
  }

  value(value: Json, pointer: string): CompiledValue {
    const { params } = this.#site;
    const scope = { row: this.row, index: { type: "integer" as const }, ...(params && { params: inferSchema(params) }) };
    const compiled = compileValue(value, { path: this.#path + pointer, scope });
    this.#diagnostics.push(...compiled.diagnostics);
    return params ? { ...compiled, evaluate: (seen) => compiled.evaluate({ ...seen, params }) } : compiled;
  }

  report(severity: Severity, code: ErrorCode, pointer: string, message: string, fix?: Fix): void {
    this.#diagnostics.push({ code, severity, path: this.#path + pointer, message, ...(fix && { fix }) });
  }

  checkField(field: string, pointer: string): void {
    if ((kindsOf(this.row) & KIND.object) === 0 || memberOf(this.row, field).presence !== "unknown") return;
    const names = memberNames(this.row);
    const near = nearest(field, names);
    const path = this.#path + pointer;
    const fix =
      near === undefined
        ? undefined
        : { title: `Did you mean "${near}"?`, patch: [{ op: "replace" as const, path, value: near }] };
    this.report(
      "error",
      "EXPRESSION_UNKNOWN_NAME",
      pointer,
      `there is no field "${field}"; there are: ${names.slice(0, 12).join(", ")}`,
      fix,
    );
  }
}
