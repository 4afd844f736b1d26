// Pins: attributes of ours that are longer or more than a deployment allows, that are lost, or that change a span which has ended.
import type { Attributes, Span } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, type SpanLimits, TracerProvider } from "@opentelemetry/sdk-trace";
import { expect, test } from "vitest";
import { setAttributes } from "../../src/telemetry/set-attributes.ts";

/** A span of the SDK after something was done with it. */
function afterwards(act: (span: Span) => void, spanLimits: SpanLimits = {}): Attributes | undefined {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanLimits, spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const span = provider.getTracer("test").startSpan("mortise.call", { attributes: { "mortise.use": "a/b" } });
  act(span);
  span.end();
  return exporter.getFinishedSpans()[0]?.attributes;
}

const MANY = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`mortise.n${index}`, index]));

test("a span of the SDK holds what was set, the later value of a name", () => {
  const attributes = afterwards((span) => {
    setAttributes(span, { "mortise.outcome": "success", "mortise.attempts": 1, "mortise.cached": true });
    setAttributes(span, { "mortise.attempts": 2 });
  });
  expect(attributes).toEqual({
    "mortise.use": "a/b",
    "mortise.outcome": "success",
    "mortise.attempts": 2,
    "mortise.cached": true,
  });
});

test("lists are copied by the SDK, and what is undefined is left out", () => {
  const list = ["a"];
  const attributes = afterwards((span) => {
    setAttributes(span, { list, gone: undefined });
    list.push("b");
  });
  expect(attributes).toEqual({ "mortise.use": "a/b", list: ["a"] });
});

test("a limit on the length of values holds", () => {
  const attributes = afterwards((span) => setAttributes(span, { "mortise.outcome": "success" }), {
    attributeValueLengthLimit: 4,
  });
  expect(attributes?.["mortise.outcome"]).toBe("succ");
});

test("a limit on the number of attributes holds", () => {
  const attributes = afterwards((span) => setAttributes(span, MANY), { attributeCountLimit: 5 });
  expect(Object.keys(attributes ?? {})).toHaveLength(5);
});

test("a span that has ended stays as it is", () => {
  const attributes = afterwards((span) => {
    span.end();
    setAttributes(span, MANY);
  });
  expect(attributes).toEqual({ "mortise.use": "a/b" });
});

test("any other span is asked to set them", () => {
  const asked: Attributes[] = [];
  const span = { attributes: {}, ended: false, setAttributes: (attributes: Attributes) => asked.push(attributes) };
  setAttributes(span as unknown as Span, MANY);
  expect(asked).toEqual([MANY]);
  expect(span.attributes).toEqual({});
});
