// Pins: questions that reach another call than theirs, answers that come too late, a call that outlives its caller, and a place that is not the
// author's.
import type { CodeInvocation, CodeQuestion } from "@mortise/contract";
import { afterAll, describe, expect, it } from "vitest";
import { codeRunner } from "../src/code-runner.ts";
import { createSandbox } from "../src/create-sandbox.ts";

const sandbox = createSandbox({ limits: { cpuMs: 20_000 } });
afterAll(() => sandbox.close());

function invocation(body: string, parts: Partial<CodeInvocation> = {}): CodeInvocation {
  return {
    source: `var operations = { run: async (input, ctx) => {\n${body}\n} };`,
    functionName: "operations.run",
    input: null,
    context: { settings: { region: "eu" } },
    tenant: "t",
    nowMs: 1_700_000_000_000,
    entropy: "ab".repeat(32),
    granted: ["state.get", "log"],
    logBytes: 1_000,
    secrets: [],
    signal: new AbortController().signal,
    locate: () => undefined,
    ask: async ({ args }) => ({ ok: true, value: args }),
    log: () => undefined,
    ...parts,
  };
}
const run = (body: string, parts?: Partial<CodeInvocation>) => codeRunner(sandbox).run(invocation(body, parts));

describe("code that asks its host", () => {
  it("is answered question by question, in whatever order the answers come", async () => {
    const questions: CodeQuestion[] = [];
    const late = Promise.withResolvers<void>();
    const output = await run("return Promise.all(['a', 'b'].map((key) => ctx.state.get(key)));", {
      ask: async (question) => {
        questions.push(question);
        if (question.number === 0) await late.promise;
        else late.resolve();
        return { ok: true, value: `answer to ${question.args[0]}` };
      },
    });
    expect(output).toEqual(["answer to a", "answer to b"]);
    expect(questions.map(({ number, name, args }) => [number, name, args])).toEqual([
      [0, "state.get", ["a"]],
      [1, "state.get", ["b"]],
    ]);
  });

  it("is not answered for another call, also where a thread is used again", async () => {
    const late: (() => void)[] = [];
    await run("ctx.state.get('left open'); return 1;", {
      ask: () => new Promise((resolve) => late.push(() => resolve({ ok: true, value: "of the call before" }))),
    });
    const next = run("return ctx.state.get('mine');", {
      ask: async () => {
        for (const answer of late) answer();
        await new Promise((resolve) => setImmediate(resolve));
        return { ok: true, value: "mine" };
      },
    });
    expect(await next).toBe("mine");
  });

  it("is told refusals as errors with a code, and names the one that it did not catch", async () => {
    const refuse: CodeInvocation["ask"] = async () => ({ ok: false, code: "CONFLICT", message: "Another version.", status: 409 });
    expect(
      await run("try { await ctx.state.get('a'); } catch (error) { return [error.code, error.status, error.message]; }", {
        ask: refuse,
      }),
    ).toEqual(["CONFLICT", 409, "state.get: Another version."]);
    await expect(
      run("await ctx.state.get('a').catch(() => 0); await ctx.state.get('b');", { ask: refuse }),
    ).rejects.toMatchObject({
      code: "CODE_FAILED",
      data: { detail: { question: 1 } },
    });
  });

  it("has no processor time counted while it waits", async () => {
    const short = createSandbox({ limits: { cpuMs: 300 } });
    const output = await codeRunner(short).run(
      invocation("await ctx.state.get('a'); return 'done';", {
        ask: () => new Promise((resolve) => setTimeout(() => resolve({ ok: true, value: null }), 600)),
      }),
    );
    await short.close();
    expect(output).toBe("done");
  });

  it("logs what fits, in order", async () => {
    const lines: string[] = [];
    await run("for (let n = 0; n < 100; n++) ctx.log.info('line ' + n, { n });", {
      log: ({ message }) => void lines.push(message),
    });
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.length).toBeLessThan(60);
    expect(lines.slice(0, 2)).toEqual(["line 0", "line 1"]);
  });
});

describe("a run of code", () => {
  it("is the same again for the same entropy, and another one for another", async () => {
    const body = "return [Math.random(), ctx.random.bytes(8), ctx.random.bytes(8)];";
    const [one, again, other] = [await run(body), await run(body), await run(body, { entropy: "cd".repeat(32) })];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect((one as readonly string[])[1]).not.toBe((one as readonly string[])[2]);
  });

  it("ends with its caller, while it computes and while it waits", async () => {
    for (const body of ["while (true);", "await ctx.state.get('a');"]) {
      const stop = new AbortController();
      const asked = Promise.withResolvers<void>();
      const running = run(`ctx.log.info('on'); ${body}`, {
        signal: stop.signal,
        log: () => asked.resolve(),
        ask: () => new Promise(() => {}),
      });
      await asked.promise;
      stop.abort(new Error("enough"));
      await expect(running).rejects.toThrow("enough");
    }
    await expect(run("return 1;", { signal: AbortSignal.abort(new Error("before")) })).rejects.toThrow("before");
    expect(await run("return 1;")).toBe(1);
  });

  it("says where it failed in the author's source", async () => {
    const locate = (line: number, column: number) => ({ file: "src/code/run.ts", line: line + 10, column });
    await expect(run("throw new TypeError('no region');", { locate })).rejects.toMatchObject({
      message: expect.stringMatching(/^operations\.run failed at src\/code\/run\.ts:12:\d+: TypeError: no region$/),
      data: { detail: { file: "src/code/run.ts", line: 12 } },
    });
  });
});
