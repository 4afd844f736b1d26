// Pins: text of a contract that runs in whoever reads its pages, leads them somewhere by a trick, or swallows the rest of a page.
import { describe, expect, test } from "vitest";
import { cell, code, inline, prose, webLink } from "../../src/docs/prose.ts";

const SCRIPT = "<script>alert(1)</script>";

describe("markup of HTML is shown", () => {
  test.each([
    ["as it is", "%"],
    ["behind backticks that are escaped", "\\`%\\`"],
    ["behind a fence that opens nothing", "a ``` %"],
    ["in a fence that its list ends", "- a\n\n  ```\n%\n  ```"],
    ["after a fence of tildes", " ~~~\nx\n~~~\n%\n~~~"],
    ["between runs of other lengths", "``%` x"],
    ["after a carriage return", "```\rx\r```\r%"],
  ])("%s", (_, template) => {
    const text = template.replace("%", SCRIPT);
    expect(prose(text)).not.toMatch(/<script/);
  });
});

test("a backtick that opens nothing is escaped, lest it closes in another line", () => {
  expect(prose("a ` b\nc ` <i> ` d")).toBe("a \\` b\nc ` <i> ` d");
  expect(inline("a ` b\nc ` <i> ` d")).toBe("a ` b c ` &lt;i> \\` d");
  expect(cell("``` <i> | x")).toBe("\\`\\`\\` &lt;i> \\| x");
});

test("what is code beyond doubt stays as it is, and a fence is closed", () => {
  expect(prose("use `a < b` or ``x ` <y>``")).toBe("use `a < b` or ``x ` <y>``");
  expect(prose("```html\n<b>\n```\n<b>")).toBe("```html\n<b>\n```\n&lt;b>");
  expect(prose("```\n<b>")).toBe("```\n<b>\n```");
  expect(prose("# A title\n5 < 6")).toBe("**A title**\n5 &lt; 6");
});

describe("a link that leads to no page is no link", () => {
  test.each([
    "[x](javascript:alert(1))",
    "[x](JavaScript:alert(1))",
    "[x]( \tjavascript:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x](&#106;avascript:alert(1))",
    "[x](java\\script:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[`x`](vbscript:x)",
    "![x](file:///etc/passwd)",
    "[x]: javascript:alert(1)",
    "[x]:\n  javascript:alert(1)",
  ])("%s", (text) => {
    expect(prose(text)).toMatch(/\\\]/);
    expect(prose(text)).not.toMatch(/(^|[^\\])\](\(|:)/);
  });

  test("pages, mail addresses and places of the page stay", () => {
    const text = "[a](https://a.test/x:y) [b](mailto:a@b.test) [c](#c) [d](docs/d.md) [e](/e?x=1:2)\n[f]: https://f.test";
    expect(prose(text)).toBe(text);
    expect(webLink("Home", "https://a.test/")).toBe("[Home](https://a.test/)");
    expect(webLink("Home", "javascript:alert(1)")).toBe("Home: `javascript:alert(1)`");
    expect(webLink("Home", "https://a.test/)[x](javascript:1")).not.toMatch(/^\[/);
  });
});

test("characters that hide what is said are taken out", () => {
  expect(prose("a\u001b[2Jb\u202ec")).toBe("a\ufffd[2Jb\ufffdc");
  expect([code("a\u001b"), code("")]).toEqual(["`a\ufffd`", "` `"]);
});
