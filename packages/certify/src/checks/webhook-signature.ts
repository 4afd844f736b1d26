import { joinPointer, type WebhookSignature } from "@mortise/contract";
import { defineCheck, type Finding } from "../check.ts";

export const webhookSignature = defineCheck({
  id: "MC025",
  name: "webhook-signature",
  severity: "certification",
  title: "A webhook declares how a delivery proves where it is from, with all that is needed to check it, or why it cannot.",
  why: "An address that anybody can send to is a way in for whoever learns it; a signature without a time can be played again for ever.",
  reading:
    "SHA-1 is accepted with a finding, as some vendors have nothing better: waive it with the vendor's documentation as the reason.",
  autofix: "Adds a tolerance of five minutes where there is a time.",
  bad: { contract: { triggers: { contactCreated: { signature: { tolerance: null } } } } },
  good: {
    contract: {
      triggers: {
        contactCreated: { signature: { content: "{body}", timestamp: null, tolerance: null } },
      },
    },
  },
  adopts: ({ path }) => /^\/triggers\/[^/]+\/signature(\/|$)/.test(path),
  run: ({ contract }) =>
    Object.entries(contract.triggers ?? {}).flatMap(([name, trigger]) => {
      if (trigger.kind !== "webhook") return [];
      const at = joinPointer("triggers", name, "signature");
      return "none" in trigger.signature ? reasonFaults(trigger.signature.none, at) : signatureFaults(trigger.signature, at);
    }),
});

function reasonFaults(reason: string, at: string): readonly Finding[] {
  if (reason.trim().length >= MIN_REASON) return [];
  return [
    { code: "INVALID_VALUE", path: `${at}/none`, message: `is no reason that anybody could weigh: ${JSON.stringify(reason)}` },
  ];
}

const MIN_REASON = 15;

function signatureFaults(
  { algorithm, content = "{body}", timestamp, tolerance }: WebhookSignature,
  at: string,
): readonly Finding[] {
  const found: Finding[] = [];
  if (timestamp !== undefined && tolerance === undefined) {
    const fix = { title: 'Use "5m".', patch: [{ op: "add" as const, path: `${at}/tolerance`, value: "5m" }] };
    found.push({ code: "MISSING_KEY", path: `${at}/tolerance`, message: "is missing: how old a delivery may be", fix });
  }
  if (timestamp !== undefined && !content.includes("{timestamp}"))
    found.push({
      code: "UNSAFE_CONTRACT",
      path: `${at}/timestamp`,
      message: "is not signed, so that an old delivery passes as a new one",
    });
  if (algorithm === "hmac-sha1")
    found.push({
      code: "UNSAFE_CONTRACT",
      path: `${at}/algorithm`,
      message: "SHA-1 is broken for signatures; use what the vendor offers beside it",
    });
  return found;
}
