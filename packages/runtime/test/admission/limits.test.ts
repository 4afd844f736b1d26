// Pins: a limit that holds back a host which is only slow, or takes a crowd for the norm; a quota that lets more through than it says; an
// attempt that is started with no time to end.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../../../test/chaos/offered-load.ts";
import { ClientThrottle } from "../../src/admission/client-throttle.ts";
import { GradientLimit } from "../../src/admission/gradient-limit.ts";
import { Latency } from "../../src/admission/latency.ts";
import { TenantQuotas } from "../../src/admission/tenant-quota.ts";

/** A host with so many workers that takes `meanMs` when it is calm, and in proportion longer for more calls at once. */
function host(workers: number, meanMs: number) {
  const limit = new GradientLimit();
  const latency = new Latency();
  const random = seededRandom(1);
  let nowMs = 0;
  return {
    limit,
    /** Calls with so many at once, or as many as the limit lets. */
    run: (ms: number, wanted: number, mean = meanMs) => {
      const untilMs = nowMs + ms;
      while (nowMs < untilMs) {
        const inFlight = Math.max(1, Math.min(wanted, limit.limit));
        const tookMs = mean * Math.max(1, inFlight / workers) * (0.7 + 0.6 * random());
        nowMs += tookMs / inFlight;
        latency.add(tookMs, nowMs);
        limit.sample({ latencyMs: tookMs, calmMs: latency.calmMs, startedMs: nowMs - tookMs, nowMs, inFlight });
        latency.learn(limit.learning(tookMs, inFlight));
      }
    },
  };
}

describe("a limit", () => {
  it("falls to about what the host takes at once, from what is known of it when it was calm, and stays there", () => {
    const { limit, run } = host(20, 100);
    run(10_000, 5);
    run(20_000, 1_000);
    const soon = limit.limit;
    run(300_000, 1_000);
    expect([soon, limit.limit].filter((each) => each < 18 || each > 30)).toEqual([]);
  });

  it("is found also where the host was crowded from the first call on", () => {
    const { limit, run } = host(20, 100);
    run(120_000, 1_000);
    expect(limit.limit).toBeGreaterThanOrEqual(18);
    expect(limit.limit).toBeLessThanOrEqual(40);
  });

  it("rises where the host takes more", () => {
    const { limit, run } = host(5_000, 50);
    run(120_000, 1_000);
    expect(limit.limit).toBe(1_000);
  });

  it("does not fall for a host that is little used, however slow it becomes (G2)", () => {
    const { limit, run } = host(20, 100);
    run(10_000, 10);
    run(60_000, 10, 2_000);
    expect(limit.limit).toBe(100);
  });

  it("comes back up where the host has become slower, and is not crowded (G4)", () => {
    const { limit, run } = host(100, 50);
    run(10_000, 40);
    run(30_000, 1_000);
    const before = limit.limit;
    run(240_000, 1_000, 150);
    expect(limit.limit).toBeGreaterThan(before / 2);
  });

  it("falls where the host turns many away, to two at the least (G1)", () => {
    const limit = new GradientLimit();
    for (let nowMs = 0; nowMs < 200_000; nowMs += 10) {
      limit.sample({ latencyMs: undefined, calmMs: 10, startedMs: nowMs - 5, nowMs, inFlight: limit.limit });
    }
    expect(limit.limit).toBe(2);
  });
});

describe("latency", () => {
  it("follows the median, and forgets it after ten seconds without an answer", () => {
    const latency = new Latency();
    const random = seededRandom(2);
    for (let count = 0; count < 19; count++) latency.add(100, count);
    expect(latency.medianMs(20)).toBeUndefined();
    for (let count = 0; count < 2_000; count++) latency.add(random() < 0.7 ? 100 + 20 * random() : 3_000, 20);
    expect(latency.medianMs(20)).toBeGreaterThan(95);
    expect(latency.medianMs(20)).toBeLessThan(150);
    expect(latency.medianMs(10_021)).toBeUndefined();
  });
});

describe("a throttle", () => {
  it("keeps nothing back while at least half of the calls are taken, nor of fewer than 20", () => {
    const throttle = new ClientThrottle(() => 0);
    for (let count = 0; count < 19; count++) throttle.add(0, false);
    expect(throttle.keepsBack(0)).toBe(false);
    for (let count = 0; count < 21; count++) throttle.add(0, true);
    expect(throttle.keepsBack(0)).toBe(false);
  });

  it("lets about twice as many out as are taken, and all again once the host takes them", () => {
    const throttle = new ClientThrottle(seededRandom(3));
    const outPerSecond: number[] = [];
    for (let second = 0; second < 120; second++) {
      let out = 0;
      for (let call = 0; call < 100; call++) {
        const nowMs = second * 1_000 + call * 10;
        if (throttle.keepsBack(nowMs)) continue;
        out++;
        // Up to the 60th second the host takes ten calls a second.
        throttle.add(nowMs, second >= 60 || out <= 10);
      }
      outPerSecond.push(out);
    }
    const late = outPerSecond.slice(40, 60);
    expect(late.reduce((sum, out) => sum + out, 0) / late.length).toBeLessThan(30);
    expect(outPerSecond.at(-1)).toBe(100);
  });
});

describe("a quota", () => {
  it("lets a burst through, then so many a second, and says when to come back", () => {
    const quotas = new TenantQuotas({ ratePerSecond: 10, burst: 5 });
    const taken = Array.from({ length: 6 }, () => quotas.take("a", 1_000));
    expect(taken).toEqual([0, 0, 0, 0, 0, 1_100]);
    expect(quotas.take("b", 1_000)).toBe(0);
    let through = 0;
    for (let nowMs = 1_000; nowMs < 11_000; nowMs += 10) if (quotas.take("a", nowMs) === 0) through++;
    expect(through).toBeGreaterThanOrEqual(99);
    expect(through).toBeLessThanOrEqual(100);
  });
});
