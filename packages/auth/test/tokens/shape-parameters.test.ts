// Pins: a value that ends its parameter and starts another one, and a document that its reader cannot parse.
import { expect, test } from "vitest";
import { queryText, shapeParameters, xmlText } from "../../src/tokens/shape-parameters.ts";

test("parameters get the vendor's names, and those that it refuses or that are empty are left out", () => {
  const rename = { client_id: "app_id", response_type: null };
  const given = { client_id: "a", response_type: "code", team: "", scope: "s" };
  expect(shapeParameters(given, { rename, omitEmpty: true })).toEqual({ app_id: "a", scope: "s" });
  expect(shapeParameters(given, { rename: undefined, omitEmpty: undefined })).toEqual(given);
  expect(shapeParameters({ constructor: "x" }, { rename: {}, omitEmpty: true })).toEqual({ constructor: "x" });
});

test("a value that is written as it is cannot become another parameter, a fragment or a line", () => {
  expect(queryText({ scope: "a:b+c,d/e", "x y": "1&2" }, ["scope"])).toBe("scope=a:b+c,d/e&x%20y=1%262");
  const text = queryText({ scope: "a&state=mine#x\r\nfü" }, ["scope"]);
  expect(text).toBe("scope=a%26state=mine%23x%0D%0Af%C3%BC");
  expect([...new URLSearchParams(text)]).toEqual([["scope", "a&state=mine#x\r\nfü"]]);
});

test("a value in XML is text, and never an element", () => {
  const text = xmlText({ client_secret: `</x>&"\u0000\u0008`, "a b": "1" });
  expect(text).toBe(
    '<?xml version="1.0" encoding="UTF-8"?><request><client_secret>&lt;/x&gt;&amp;&quot;</client_secret><a_b>1</a_b></request>',
  );
});
