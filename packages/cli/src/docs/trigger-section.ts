import type { Trigger } from "@mortise/contract";
import { type Links, shape } from "./operation-section.ts";
import { code, inline, paragraphs, prose } from "./prose.ts";
import { durationWords } from "./span-words.ts";

/** What starts a workflow, and how it comes to know. */
export function triggerSection(name: string, trigger: Trigger, links: Links): string {
  return paragraphs([
    `### ${name}`,
    trigger.deprecated === undefined ? "" : `> Deprecated: ${prose(trigger.deprecated)}`,
    `**${inline(trigger.title)}**`,
    trigger.description === undefined ? "" : prose(trigger.description),
    facts(trigger, links)
      .map(([what, said]) => `- **${what}:** ${said}`)
      .join("\n"),
    shape("Input", trigger.input, links.schema),
    shape("Event", trigger.output, links.schema),
  ]);
}

const FIRST_RUN = {
  skip: "what is there already does not count",
  latest: "the newest event counts",
  all: "everything that is there counts",
} as const;

function facts(trigger: Trigger, links: Links): readonly (readonly [string, string])[] {
  const common = [
    ...(trigger.scopes.length === 0 ? [] : [["Scopes", trigger.scopes.map(code).join(", ")] as const]),
    ...(trigger.identity.length === 0 ? [] : [["Counted once by", trigger.identity.map(code).join(", ")] as const]),
  ];
  if (trigger.kind === "poll") {
    return [
      [
        "Asks",
        `${links.operation(trigger.source.operation)} every ${durationWords(trigger.every ?? "5m", "")}; the first time, ${FIRST_RUN[trigger.firstRun]}.`,
      ],
      ...common,
    ];
  }
  if (trigger.kind === "stream") return [["Listens", prose(trigger.native.reason)], ...common];
  const { subscribe, unsubscribe, manual, renew, signature } = trigger;
  const told =
    subscribe === undefined
      ? prose(manual ?? "")
      : `${links.operation(subscribe.operation)} tells the other side where to${unsubscribe ? `, ${links.operation(unsubscribe.operation)} ends that` : ""}.`;
  return [
    ["Is told", told],
    ...(renew === undefined
      ? []
      : [["Renewed", `by ${links.operation(renew.operation)} before ${durationWords(renew.ttl)} are over.`] as const]),
    [
      "Proof",
      "none" in signature
        ? `none: ${prose(signature.none)}`
        : `${signature.algorithm} in the header ${code(signature.header)}${signature.timestamp ? `, at most ${durationWords(signature.tolerance ?? "5m")} old` : ""}.`,
    ],
    ...common,
  ];
}
