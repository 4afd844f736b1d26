import type { Json, JsonSchema, JsonSchemaObject } from "../json.ts";
import { escapeSegment } from "../json-pointer.ts";
import { selfContained } from "../self-contained.ts";
import { compileSchema, type Validator } from "../validation/compile-schema.ts";
import { conjunctionOf } from "./conjunction.ts";
import { type Facts, factsOf, isOf } from "./facts.ts";
import { leastDepth } from "./least-depth.ts";
import { makeList } from "./make-list.ts";
import { makeNumber } from "./make-number.ts";
import { makeObject } from "./make-object.ts";
import { makeText } from "./make-text.ts";
import type { Place, SampleMode } from "./place.ts";
import { createRandom, type Random } from "./random.ts";

/** Options of {@link sampleOf}. */
export interface SampleOptions {
  /** The same seed gives the same value, another one most often another. */
  readonly seed: number | string;
  /** Absent: `typical`. */
  readonly mode?: SampleMode;
  /** What `{"$ref": "#/schemas/Name"}` leads to: the `schemas` of the contract. */
  readonly definitions?: { readonly [name: string]: JsonSchema };
  /** How deep optional parts go. Absent: 6. What must be there goes as deep as it has to. */
  readonly maxDepth?: number;
  /** About how many values the sample holds at most, what must be there besides. Absent: 200. */
  readonly maxValues?: number;
}

/** How often a value that does not fit is made anew, in the places where it does not. */
const ATTEMPTS = 40;
/** How often alternatives are chosen anew where the choice contradicts itself. */
const CHOICES = 12;

/**
 * Makes a value that fits a JSON Schema 2020-12, always the same for the same schema and options. Undefined where none was found: the
 * schema accepts nothing, or asks for more than this generator can work out. The value is validated before it is handed out. Throws what
 * `compileSchema` throws for a faulty schema.
 */
export function sampleOf(schema: JsonSchema, options: SampleOptions): Json | undefined {
  const { definitions } = options;
  const root = typeof schema === "object" ? selfContained(schema, definitions) : schema;
  const validate = compileSchema(schema, definitions === undefined ? {} : { schemas: definitions });
  const rerolls = new Map<string, number>();
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const sampler = new Sampler(root, options, rerolls, attempt);
    const value = sampler.value();
    if (value === undefined) {
      bump(rerolls, sampler.stuckAt, attempt);
      continue;
    }
    const faults = faultsOf(value, validate);
    if (faults?.length === 0) return value;
    for (const path of faults ?? [""]) bump(rerolls, path, attempt);
  }
  return undefined;
}

/** Where a value does not fit; undefined where the schema refers to itself so that no validation ends. */
function faultsOf(value: Json, validate: Validator): readonly string[] | undefined {
  try {
    const { ok, diagnostics } = validate(value);
    return ok ? [] : diagnostics.map(({ path }) => path);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Marks a place to be made anew: first itself and what it is in, later all that is above. */
function bump(rerolls: Map<string, number>, path: string, attempt = 0): void {
  let place = path;
  for (let steps = 0; steps <= 1 + Math.floor(attempt / 4); steps++) {
    rerolls.set(place, (rerolls.get(place) ?? 0) + 1);
    if (place === "") return;
    place = place.slice(0, place.lastIndexOf("/"));
  }
}

/** Makes one value. Every place has its own randomness, by its path and how often it was made anew. */
class Sampler {
  readonly #root: JsonSchema;
  readonly #options: SampleOptions;
  readonly #rerolls: ReadonlyMap<string, number>;
  readonly #mode: SampleMode;
  #left: number;
  #stuckAt: string | undefined;

  constructor(root: JsonSchema, options: SampleOptions, rerolls: ReadonlyMap<string, number>, attempt: number) {
    this.#root = root;
    this.#options = options;
    this.#rerolls = rerolls;
    const { mode = "typical", maxValues = 200 } = options;
    this.#mode = attempt > ATTEMPTS - 8 ? "minimal" : mode;
    this.#left = maxValues;
  }

  value(): Json | undefined {
    return this.#make([this.#root], "", "", 0);
  }

  /** The last place for which nothing was found. */
  get stuckAt(): string {
    return this.#stuckAt ?? "";
  }

  #make(schemas: readonly JsonSchema[], path: string, key: string, depth: number): Json | undefined {
    this.#left -= 1;
    if (depth > 100) return undefined;
    const { seed, maxDepth = 6 } = this.#options;
    const rerolls = this.#rerolls.get(path) ?? 0;
    const isFull = (): boolean => depth >= maxDepth || this.#left <= 0;
    let random = createRandom(`${seed} ${path} ${rerolls}`);
    let facts = this.#choose(schemas, random, isFull(), rerolls);
    // A choice of alternatives may contradict what holds beside them.
    for (let tries = 1; tries < CHOICES && (facts === undefined || isContradictory(facts)); tries++) {
      random = createRandom(`${seed} ${path} ${rerolls} ${tries}`);
      facts = this.#choose(schemas, random, isFull(), rerolls + tries);
    }
    if (facts === undefined) return this.#stuck(path);
    const place: Place = {
      facts,
      random,
      mode: this.#mode,
      path,
      key,
      depth,
      rerolls,
      isFull,
      child: (name, below) => {
        const segment = String(name);
        return this.#make(
          below,
          `${path}/${escapeSegment(segment)}`,
          typeof name === "number" || /^\d+~/.test(segment) ? key : segment,
          depth + 1,
        );
      },
    };
    const value = made(place);
    return value === undefined ? this.#stuck(path) : value;
  }

  #stuck(path: string): undefined {
    if (this.#stuckAt === undefined || !this.#stuckAt.startsWith(path)) this.#stuckAt = path;
    return undefined;
  }

  /** What holds at a place, with a branch chosen of every alternative. */
  #choose(schemas: readonly JsonSchema[], random: Random, isFull: boolean, rerolls: number): Facts | undefined {
    const held = conjunctionOf(schemas, this.#root, (branches, why) => {
      const depths = branches.map((branch) => leastDepth(branch, this.#root));
      const least = Math.min(...depths);
      const isTight = isFull || this.#mode === "minimal";
      const open = branches.flatMap((_, index) => {
        const cost = depths[index] ?? 0;
        return cost !== Number.POSITIVE_INFINITY && (!isTight || cost <= least || rerolls > 2) ? [index] : [];
      });
      if (open.length === 0) return 0;
      if (this.#mode === "minimal" && rerolls === 0) return open[0] ?? 0;
      const branch = this.#mode === "typical" && rerolls === 0 && why !== "if" ? preferred(branches, open) : open;
      return random.pick(branch) ?? 0;
    });
    return held === undefined ? undefined : factsOf(held, this.#root);
  }
}

function isContradictory({ types, values }: Facts): boolean {
  return types.length === 0 || (values !== undefined && !values.some((value) => isOf(value, types)));
}

function made(place: Place): Json | undefined {
  const { facts, random, mode, rerolls } = place;
  if (facts.values !== undefined) return random.pick(facts.values.filter((value) => isOf(value, facts.types)));
  const samples = facts.samples.filter((value) => isOf(value, facts.types));
  if (samples.length > 0 && mode === "typical" && rerolls < samples.length) return samples[rerolls];
  const rich = facts.likely.filter((type) => type !== "null");
  const isNull = rich.length === 0 || (mode === "edge" && facts.likely.includes("null") && random.chance(0.3));
  const types = isNull ? facts.likely : rich;
  const type = isNull
    ? types.find((each) => each === "null")
    : mode === "minimal" && rerolls === 0
      ? types[0]
      : random.pick(types);
  switch (type) {
    case "null":
      return null;
    case "boolean":
      return random.chance(0.5);
    case "integer":
      return makeNumber(place, true);
    case "number":
      return makeNumber(place, false);
    case "string":
      return makeText(place);
    case "array":
      return makeList(place);
    case "object":
      return makeObject(place);
    default:
      return undefined;
  }
}

/** Of several branches those that tell more than null. */
function preferred(branches: readonly JsonSchema[], open: readonly number[]): readonly number[] {
  const telling = open.filter((index) => {
    const branch = branches[index];
    return typeof branch === "object" && (branch as JsonSchemaObject).type !== "null" && branch.const !== null;
  });
  return telling.length > 0 ? telling : open;
}
