import type { Random } from "./random.ts";

/** Words that a text under a key may come to, by what the key ends in. The first match counts. */
const WORDS: readonly (readonly [RegExp, readonly string[]])[] = [
  [/e-?mail$/, ["ada@example.com", "grace@example.org", "alan@example.net"]],
  [/(first|given)_?name$/, ["Ada", "Grace", "Alan", "Mary"]],
  [/(last|family|sur)_?name$/, ["Lovelace", "Hopper", "Turing", "Jackson"]],
  [/(user_?name|login|handle)$/, ["ada", "grace", "alan"]],
  [/(company|organi[sz]ation|account)(_?name)?$/, ["Acme Ltd", "Example GmbH", "Sample Inc"]],
  [/(full_?name|person|author|owner|customer|contact)$/, ["Ada Lovelace", "Grace Hopper", "Alan Turing"]],
  [/name$/, ["Analytical Engine", "Blue Notebook", "Copper Kettle", "Desk Lamp"]],
  [/(title|subject|headline|summary)$/, ["Quarterly report", "Meeting on Monday", "Welcome"]],
  [
    /(description|text|body|message|content|comment|note|notes)$/,
    ["A few words about it.", "Please have a look.", "Nothing to add."],
  ],
  [/(url|uri|link|href|website|homepage)$/, ["https://example.com/a", "https://example.org/b"]],
  [/(phone|mobile|fax)(_?number)?$/, ["+442079460000", "+12025550100"]],
  [/city$/, ["London", "Vienna", "Nairobi", "Lima"]],
  [/country(_?code)?$/, ["GB", "AT", "KE", "PE"]],
  [/(street|address|line1|address1)$/, ["1 Example Street", "22 Sample Road"]],
  [/(zip|postal)(_?code)?$/, ["1010", "90210"]],
  [/currency(_?code)?$/, ["EUR", "USD", "GBP"]],
  [/(language|locale|lang)$/, ["en", "de", "sw"]],
  [/(timezone|time_?zone)$/, ["Europe/Vienna", "UTC"]],
  [/(_at|date|time|timestamp)$/, ["2026-03-14T09:30:00Z", "2026-05-01T18:00:00Z"]],
  [/(status|state)$/, ["open", "done", "active"]],
  [/(type|kind|category)$/, ["standard", "basic"]],
  [/(color|colour)$/, ["#336699", "#cc3300"]],
  [/(file_?name|filename|path)$/, ["report.pdf", "data.csv"]],
  [/(id|ids|key|uuid|sid|ref|reference|number|code|token|secret|password)$/, []],
];

/** A text that reads like what a key of this name holds. */
export function typicalText(key: string, random: Random): string {
  const name = key
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll("-", "_")
    .toLowerCase();
  const words = WORDS.find(([ending]) => ending.test(name))?.[1];
  if (words === undefined) return random.pick(["alpha", "bravo", "charlie", "delta", "echo", "foxtrot"]);
  if (words.length > 0) return random.pick(words) ?? "sample";
  return Array.from({ length: 8 }, () => "abcdefghjkmnpqrstuvwxyz23456789"[random.int(0, 30)]).join("");
}
