import type { Json } from "@mortise/contract";
import type { Workflow } from "@mortise/workflow";

/** A workflow that needs no connector, and what it is started with. What it comes to is found out by running it. */
export interface NodeExample {
  readonly input?: Json;
  readonly nodes: Workflow["nodes"];
  readonly output?: Json;
}

/** An example of every core node, by its `use`. */
export const NODE_EXAMPLES: { readonly [use: string]: NodeExample } = Object.freeze({
  "core/branch": {
    input: { amount: 1200 },
    nodes: {
      size: { use: "core/branch", with: { cases: { large: { $cel: "trigger.body.amount > 1000" } } } },
      ask: { use: "core/map", after: ["size.large"], with: { value: "Ask a person first." } },
      pay: { use: "core/map", after: ["size.else"], with: { value: "Paid." } },
    },
    output: { case: { $cel: "steps.size.output.case" } },
  },
  "core/for-each": {
    input: { prices: [10, 20, 30] },
    nodes: {
      each: {
        use: "core/for-each",
        with: {
          items: { $cel: "trigger.body.prices" },
          concurrency: 2,
          nodes: { gross: { use: "core/map", with: { value: { $cel: "item * 1.2" } } } },
          collect: { $cel: "steps.gross.output" },
        },
      },
    },
    output: { $cel: "steps.each.output" },
  },
  "core/try": {
    nodes: {
      safely: {
        use: "core/try",
        with: {
          nodes: { refuse: { use: "core/fail", with: { message: "No stock." } } },
          catch: { note: { use: "core/map", with: { value: { $text: "Caught: ${error.message}" } } } },
        },
      },
    },
    output: { $cel: "steps.safely.output" },
  },
  "core/wait": {
    nodes: { until: { use: "core/wait", with: { until: "2026-01-31T09:00:00Z" } } },
    output: { $cel: "steps.until.output" },
  },
  "core/fail": {
    input: { order: 7 },
    nodes: { refuse: { use: "core/fail", with: { message: { $text: "Order ${trigger.body.order} has no address." } } } },
  },
  "core/map": {
    input: { first: "Ada", last: "Lovelace" },
    nodes: {
      contact: {
        use: "core/map",
        with: { value: { name: { $text: "${trigger.body.first} ${trigger.body.last}" }, source: "form" } },
      },
    },
    output: { $cel: "steps.contact.output" },
  },
  "core/switch": {
    input: { country: "FR" },
    nodes: {
      region: {
        use: "core/switch",
        with: { value: { $cel: "trigger.body.country" }, cases: { eu: ["DE", "FR"], us: "US" }, default: "continue" },
      },
      vat: { use: "core/map", after: ["region.eu"], with: { value: "With VAT." } },
      ask: { use: "core/map", after: ["region.default"], with: { value: "Ask the tax office." } },
    },
    output: { vat: { $cel: "steps.vat.output" }, ask: { $cel: "steps.ask.status" } },
  },
  "core/loop": {
    nodes: {
      interest: {
        use: "core/loop",
        with: {
          times: 3,
          initial: 100,
          nodes: { year: { use: "core/map", with: { value: { $cel: "state * 1.1" } } } },
          next: { $cel: "steps.year.output" },
          collect: { $cel: "math.round(steps.year.output)" },
        },
      },
    },
    output: { $cel: "steps.interest.output.results" },
  },
  "core/while": {
    nodes: {
      halve: {
        use: "core/while",
        with: {
          condition: { $cel: "state > 10" },
          max: 20,
          initial: 100,
          nodes: { half: { use: "core/map", with: { value: { $cel: "state / 2" } } } },
          next: { $cel: "steps.half.output" },
        },
      },
    },
    output: { $cel: "steps.halve.output" },
  },
  "core/break": {
    input: { prices: [12, 8, 99, 7] },
    nodes: {
      each: {
        use: "core/for-each",
        with: {
          items: { $cel: "trigger.body.prices" },
          nodes: {
            dear: { use: "core/break", with: { when: { $cel: "item > 50" } } },
            keep: { use: "core/map", after: ["dear"], with: { value: { $cel: "item" } } },
          },
          collect: { $cel: "steps.keep.output" },
        },
      },
    },
    output: { $cel: "steps.each.output.results" },
  },
  "core/parallel": {
    nodes: {
      quotes: {
        use: "core/parallel",
        with: {
          branch1: { rail: { use: "core/map", with: { value: 40 } } },
          branch2: { road: { use: "core/fail", with: { message: "No lorry today." } } },
          branch3: { air: { use: "core/map", with: { value: 90 } } },
          quorum: 2,
          results: { branch1: { $cel: "steps.rail.output" }, branch3: { $cel: "steps.air.output" } },
        },
      },
    },
    output: { $cel: "steps.quotes.output" },
  },
  "core/group": {
    nodes: {
      price: {
        use: "core/group",
        with: {
          nodes: {
            net: { use: "core/map", with: { value: 100 } },
            tax: { use: "core/map", after: ["net"], with: { value: { $cel: "steps.net.output * 19 / 100" } } },
          },
          result: { $cel: "steps.net.output + steps.tax.output" },
        },
      },
    },
    output: { $cel: "steps.price.output" },
  },
  "core/retry": {
    nodes: {
      patient: {
        use: "core/retry",
        with: {
          on: ["NOT_YET"],
          attempts: 3,
          wait: "1ms",
          nodes: {
            ready: {
              use: "core/code",
              with: {
                source: "return input.attempt > 1;",
                input: { attempt: { $cel: "attempt" } },
                outputSchema: { type: "boolean" },
              },
            },
            no: { use: "core/branch", after: ["ready"], with: { cases: { yet: { $cel: "!steps.ready.output" } } } },
            again: { use: "core/fail", after: ["no.yet"], with: { message: "Not ready.", code: "NOT_YET" } },
          },
        },
      },
    },
    output: { $cel: "steps.patient.output" },
  },
  "core/sub-workflow": {
    input: { amount: 200 },
    nodes: {
      tax: { use: "core/sub-workflow", with: { workflow: "Tax@2", input: { net: { $cel: "trigger.body.amount" } } } },
    },
    output: { tax: { $cel: "steps.tax.output" } },
  },
  "core/respond": {
    input: { order: 7 },
    nodes: {
      accept: {
        use: "core/respond",
        with: { status: 202, body: { order: { $cel: "trigger.body.order" }, state: "accepted" } },
      },
      work: { use: "core/map", after: ["accept"], with: { value: "The run goes on." } },
    },
    output: { answered: { $cel: "steps.accept.output.sent" }, work: { $cel: "steps.work.output" } },
  },
  "core/stop": {
    input: { known: true },
    nodes: {
      done: { use: "core/stop", with: { when: { $cel: "trigger.body.known" }, output: { skipped: "known already" } } },
      work: { use: "core/map", after: ["done"], with: { value: "Not for those that are known." } },
    },
    output: { $cel: "steps.work.output" },
  },
  "core/log": {
    input: { order: 7 },
    nodes: { note: { use: "core/log", with: { message: { $text: "Order ${trigger.body.order} came in." } } } },
    output: { $cel: "steps.note.output" },
  },
  "core/metric": {
    nodes: { count: { use: "core/metric", with: { name: "orders.created", labels: { region: "eu" } } } },
    output: { $cel: "steps.count.output" },
  },
  "core/set": {
    input: { name: "Ada", password: "x" },
    nodes: {
      person: {
        use: "core/set",
        with: { on: { $cel: "trigger.body" }, fields: { source: "form" }, remove: ["password"] },
      },
    },
    output: { $cel: "steps.person.output" },
  },
  "core/filter": {
    input: { prices: [5, 50, 500] },
    nodes: {
      dear: { use: "core/filter", with: { items: { $cel: "trigger.body.prices" }, condition: { $cel: "item >= 50" } } },
    },
    output: { $cel: "steps.dear.output" },
  },
  "core/split": {
    input: { codes: "a;b;c" },
    nodes: { parts: { use: "core/split", with: { value: { $cel: "trigger.body.codes" }, separator: ";" } } },
    output: { $cel: "steps.parts.output" },
  },
  "core/aggregate": {
    input: {
      orders: [
        { by: "ada", total: 10 },
        { by: "bob", total: 7 },
        { by: "ada", total: 5 },
      ],
    },
    nodes: {
      people: { use: "core/aggregate", with: { items: { $cel: "trigger.body.orders" }, key: { $cel: "item.by" } } },
    },
    output: { $cel: "steps.people.output.groups.map(g, {'who': g.key, 'orders': g.count})" },
  },
  "core/merge": {
    nodes: {
      one: { use: "core/map", with: { value: { id: 1, name: "Ada" } } },
      two: { use: "core/map", with: { value: { name: "Ada Lovelace", city: "London" } } },
      both: {
        use: "core/merge",
        after: ["one", "two"],
        with: { values: [{ $cel: "steps.one.output" }, { $cel: "steps.two.output" }] },
      },
    },
    output: { $cel: "steps.both.output" },
  },
  "core/join": {
    input: {
      people: [
        { id: 1, name: "Ada" },
        { id: 2, name: "Bob" },
      ],
      orders: [{ by: 1, total: 10 }],
    },
    nodes: {
      pairs: {
        use: "core/join",
        with: {
          left: { $cel: "trigger.body.people" },
          right: { $cel: "trigger.body.orders" },
          leftKey: { $cel: "item.id" },
          rightKey: { $cel: "item.by" },
          keep: "left",
        },
      },
    },
    output: { $cel: "steps.pairs.output" },
  },
  "core/enrich": {
    input: { id: 7, name: "Ada" },
    nodes: {
      more: {
        use: "core/enrich",
        with: {
          value: { $cel: "trigger.body" },
          nodes: { find: { use: "core/map", with: { value: { size: { $cel: "original.id * 10" } } } } },
          result: { $cel: "steps.find.output" },
          under: "company",
        },
      },
    },
    output: { $cel: "steps.more.output" },
  },
  "core/code": {
    input: { words: ["ab", "c"] },
    nodes: {
      longest: {
        use: "core/code",
        with: {
          source: "return input.words.toSorted((a, b) => b.length - a.length)[0];",
          input: { words: { $cel: "trigger.body.words" } },
          outputSchema: { type: "string" },
        },
      },
    },
    output: { $cel: "steps.longest.output" },
  },
  "core/validate": {
    input: { rows: [{ zip: "00501" }, { zip: "501" }] },
    nodes: {
      check: {
        use: "core/validate",
        with: { items: { $cel: "trigger.body.rows" }, rules: [{ rule: "pattern", field: "zip", pattern: "^[0-9]{5}$" }] },
      },
    },
    output: { $cel: "steps.check.output" },
  },
  "core/saga": {
    nodes: {
      book: {
        use: "core/saga",
        onError: "continue",
        with: {
          nodes: {
            hotel: { use: "core/group", with: { nodes: {}, result: { id: "h1" } } },
            flight: { use: "core/fail", after: ["hotel"], with: { message: "No seat is left." } },
          },
        },
      },
    },
    output: { $cel: "steps.book.error.message" },
  },
  "core/event": {
    nodes: {
      paid: { use: "core/event", with: { name: "order.paid", key: "7", expires: "50ms" } },
      remind: { use: "core/map", after: ["paid.expired"], with: { value: "Not paid in time." } },
    },
    output: { $cel: "steps.remind.output" },
  },
  "core/callback": {
    nodes: {
      answer: {
        use: "core/callback",
        with: {
          nodes: { hand: { use: "core/map", with: { value: { $cel: "callback.url.startsWith('/callbacks/')" } } } },
          expires: "50ms",
        },
      },
    },
    output: { $cel: "steps.answer.output" },
  },
  "core/approval": {
    nodes: {
      ask: { use: "core/approval", with: { title: "Pay 900 €?", people: ["role:lead"], expires: "50ms" } },
      pay: { use: "core/map", after: ["ask.approved"], with: { value: "Paid." } },
    },
    output: { decision: { $cel: "steps.ask.output.decision" }, pay: { $cel: "steps.pay.status" } },
  },
  "core/form": {
    nodes: {
      bank: {
        use: "core/form",
        with: {
          title: "Your bank account",
          schema: { type: "object", properties: { iban: { type: "string", title: "IBAN" } }, required: ["iban"] },
          expires: "50ms",
        },
      },
    },
    output: { $cel: "steps.bank.output" },
  },
  "core/throttle": {
    nodes: { slowly: { use: "core/throttle", with: { rate: 10, per: "1m" } } },
    output: { $cel: "steps.slowly.output.passed" },
  },
  "core/debounce": {
    nodes: { last: { use: "core/debounce", with: { quiet: "50ms", key: "customer-7" } } },
    output: { $cel: "steps.last.output" },
  },
  "core/deduplicate": {
    nodes: {
      once: {
        use: "core/deduplicate",
        with: { key: "order-7", nodes: { work: { use: "core/map", with: { value: "Done once." } } } },
      },
    },
    output: { $cel: "steps.once.output" },
  },
  "core/collect": {
    nodes: { batch: { use: "core/collect", with: { item: { order: 7 }, count: 1 } } },
    output: { $cel: "steps.batch.output" },
  },
  "core/cache": {
    nodes: {
      rates: {
        use: "core/cache",
        with: {
          key: "rates",
          nodes: { ask: { use: "core/map", with: { value: { eur: 1.1 } } } },
          value: { $cel: "steps.ask.output" },
        },
      },
    },
    output: { $cel: "steps.rates.output" },
  },
  "core/dead-letter": {
    input: { order: 7 },
    nodes: {
      aside: { use: "core/dead-letter", with: { item: { $cel: "trigger.body" }, reason: "No address." } },
    },
    output: { $cel: "steps.aside.status" },
  },
});

/** Workflows that examples name, by `name@revision`. */
export const NAMED_WORKFLOWS: { readonly [reference: string]: Workflow } = Object.freeze({
  "Tax@2": {
    format: "mortise.workflow/1",
    name: "Tax",
    trigger: {
      use: "manual",
      with: { schema: { type: "object", properties: { net: { type: "number" } }, required: ["net"] } },
    },
    nodes: { tax: { use: "core/map", with: { value: { $cel: "trigger.body.net * 19 / 100" } } } },
    output: { $cel: "steps.tax.output" },
  },
});
