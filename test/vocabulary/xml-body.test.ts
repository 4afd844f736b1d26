// Pins: XML that the other side does not take, data that becomes markup, an answer whose list of one is no list.
import { SaxesParser } from "saxes";
import { expect, onTestFinished, test } from "vitest";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

const contract = contractOf({
  createPet: {
    effect: "create",
    idempotency: "none",
    input: {
      type: "object",
      properties: { name: { type: "string" }, tags: { type: "array", items: { type: "string" } }, id: { type: "integer" } },
      required: ["name"],
    },
    output: {
      type: "object",
      properties: {
        "@id": { type: "integer" },
        name: { type: "string" },
        weight: { type: "number" },
        sold: { type: "boolean" },
        tags: { type: "array", items: { type: "object", properties: { name: { type: "string" } } } },
      },
      required: ["@id", "tags"],
    },
    request: {
      method: "POST",
      url: at("/pets"),
      bodyType: "xml",
      xml: { root: "Pet", namespace: "urn:pets", prefix: "p" },
      body: {
        "@id": { $cel: "input.?id.orValue(null)" },
        name: { $cel: "input.name" },
        tag: { $cel: "input.?tags.orValue(null)" },
      },
      decode: "xml",
    },
  },
});

function eventsOf(xml: string): string[] {
  const events: string[] = [];
  const parser = new SaxesParser({ xmlns: true });
  parser.on("error", (error) => {
    throw error;
  });
  parser.on("opentag", ({ name, uri, attributes }) => events.push(`<${name} ${uri} ${Object.keys(attributes).join()}>`));
  parser.on("text", (text) => text.trim() === "" || events.push(text));
  parser.write(xml).close();
  return events;
}

test("an object is sent as XML, and the answer comes back as the schema says", async () => {
  const vendor = await openVendor(() => ({
    status: 201,
    headers: { "content-type": "application/xml" },
    body: '<?xml version="1.0"?><Pet id="7"><name>Tom &amp; co</name><weight>3.50</weight><sold>false</sold><tags><tag><name>a</name></tag></tags></Pet>',
  }));
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor);
  onTestFinished(() => runtime.close());
  const result = await runtime.call("vendor/createPet", { connection, input: { id: 7, name: "</name><x/>&", tags: ["a", "b"] } });
  expect(result).toMatchObject({
    outcome: "success",
    output: { "@id": 7, name: "Tom & co", weight: 3.5, sold: false, tags: [{ name: "a" }] },
  });
  const [seen] = vendor.seen;
  expect(seen?.headers["content-type"]).toBe("application/xml");
  expect(seen?.headers.accept).toBe("application/xml, text/xml, */*;q=0.5");
  expect(eventsOf(String(seen?.body))).toEqual([
    "<p:Pet urn:pets xmlns:p,id>",
    "<name  >",
    "</name><x/>&",
    "<tag  >",
    "a",
    "<tag  >",
    "b",
  ]);
});

test("a failure in XML tells its message, and what is no XML is no pet", async () => {
  const vendor = await openVendor((_, count) =>
    count === 1
      ? { status: 400, headers: { "content-type": "text/xml" }, body: "<error><message>No such breed</message></error>" }
      : { status: 201, headers: { "content-type": "text/xml" }, body: "<Pet" },
  );
  onTestFinished(vendor.close);
  const { runtime, connection } = connect(contract, vendor);
  onTestFinished(() => runtime.close());
  const call = () => runtime.call("vendor/createPet", { connection, input: { name: "x" } });
  expect(await call()).toMatchObject({ outcome: "poison", error: { detail: { error: { message: "No such breed" } } } });
  expect(await call()).toMatchObject({ outcome: "success", output: "<Pet" });
});
