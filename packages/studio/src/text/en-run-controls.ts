/** Texts of what people do with runs, in English: loaded with the pages that show them. */
export const enRunControls = {
  status: { paused: "Paused" },
  runControls: {
    pause: "Pause",
    resume: "Continue",
    paused: "This run is paused. What was in progress has ended; the next step begins when you continue.",
    repeat: "Repeat from what failed",
    repeatHelp: "Steps that succeeded are taken over and not done again.",
    repeats: "Repeats an earlier run",
    fromHere: "Repeat from here",
    title: "Repeat from “{{step}}”",
    what: "This step and everything that follows it is done again. Other steps keep their results.",
    input: "Input of this step",
    notWhole: "This input is too large to be changed here; it stays as the workflow computes it.",
    newKeys: "Send it as a new call",
    newKeysHelp:
      "It is not known whether this call had an effect. Choose this once you have checked with the other system that it had none, or if a second effect does no harm.",
    start: "Repeat",
    repeatAll: "Repeat failed runs",
    repeatAllHelp:
      "Each failed run of this list is repeated once, from what failed, one a second. Runs that were repeated before are left out.",
    repeated_one: "{{count}} run is being repeated.",
    repeated_other: "{{count}} runs are being repeated.",
    refused_one: "{{count}} run cannot be repeated: {{message}}",
    refused_other: "{{count}} runs cannot be repeated, the first because: {{message}}",
  },
};
