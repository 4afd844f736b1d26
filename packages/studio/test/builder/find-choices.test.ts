// Pins: a search for a step by its name that offers another step first, because the word stands in that one's description too.
import { expect, test } from "vitest";
import { findChoices } from "../../src/builder/find-choices.ts";

const choice = (title: string, description = "", use = `core/${title.toLowerCase()}`, group = "Steps") => ({
  title,
  description,
  use,
  group,
});
const choices = [
  choice("Parallel", "Waits for all."),
  choice("Wait for an event"),
  choice("Long wait"),
  choice("Wait", "Goes on after a time."),
  choice("Send", "", "mail/wait"),
];
const titles = (typed: string) => findChoices(choices, typed).map(({ title }) => title);

test("the step of that name comes first, then names that begin with it or hold it, then the rest", () => {
  expect(titles("Wait ")).toEqual(["Wait", "Wait for an event", "Long wait", "Send", "Parallel"]);
});

test("every word has to be there, and nothing typed finds all as they stand", () => {
  expect(titles("wait event")).toEqual(["Wait for an event"]);
  expect(titles("")).toEqual(choices.map(({ title }) => title));
  expect(titles("nothing")).toEqual([]);
});
