// Pins: a tenant that takes the turns of others, a turn that is given twice or never, and tenants that are remembered for ever.
import { describe, expect, it } from "vitest";
import { Turns } from "../src/turns.ts";

/** Work that ends when it is told to, and what has begun so far. */
function workshop(turns: Turns) {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const start = (name: string, tenant?: string): Promise<string> =>
    turns.take(
      () =>
        new Promise<string>((resolve) => {
          begun.push(name);
          ends.set(name, () => resolve(name));
        }),
      tenant,
    );
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  const end = async (name: string) => {
    ends.get(name)?.();
    await settled();
  };
  return { begun, start, end, settled };
}

describe("turns", () => {
  it("are given in order, so many at once", async () => {
    const { begun, start, end, settled } = workshop(new Turns({ atOnce: 2, maxWaiting: 10 }));
    const all = ["a", "b", "c", "d"].map((name) => start(name));
    await settled();
    expect(begun).toEqual(["a", "b"]);
    await end("b");
    expect(begun).toEqual(["a", "b", "c"]);
    await end("a");
    await end("c");
    await end("d");
    expect(await Promise.all(all)).toEqual(["a", "b", "c", "d"]);
  });

  it("pass over a tenant that has its share, and hold up no other", async () => {
    const turns = new Turns({ atOnce: 3, atOnceForTenant: 1, maxWaiting: 10 });
    const { begun, start, end, settled } = workshop(turns);
    const all = [start("one", "x"), start("two", "x"), start("three", "y"), start("four")];
    await settled();
    expect(begun).toEqual(["one", "three", "four"]);
    await end("three");
    expect(begun).not.toContain("two");
    await end("one");
    expect(begun).toContain("two");
    await end("two");
    await end("four");
    await Promise.all(all);
    expect(turns.tenants).toBe(0);
  });

  it("are not waited for by who has given up, and go to the next", async () => {
    const turns = new Turns({ atOnce: 1, maxWaiting: 10 });
    const { start, end, settled } = workshop(turns);
    const running = start("first");
    const stop = new AbortController();
    const given = turns.take(async () => "never", "x", stop.signal).catch((error: Error) => error.message);
    const next = turns.take(async () => "next");
    await settled();
    stop.abort(new Error("enough"));
    expect(await given).toBe("enough");
    await end("first");
    expect([await running, await next]).toEqual(["first", "next"]);
    await expect(turns.take(async () => 1, "x", stop.signal)).rejects.toThrow("enough");
  });

  it("are given back by work that fails, and refused where too many wait", async () => {
    const turns = new Turns({ atOnce: 1, maxWaiting: 1 });
    const { start, end, settled } = workshop(turns);
    const first = start("first");
    await settled();
    const second = turns
      .take(async () => {
        throw new Error("failed");
      })
      .catch((error: Error) => error.message);
    await expect(turns.take(async () => "third")).rejects.toMatchObject({ code: "OVERLOADED" });
    await end("first");
    expect(await second).toBe("failed");
    expect([await first, await turns.take(async () => "fourth")]).toEqual(["first", "fourth"]);
  });
});
