// Pins: children of only some parents, or children without a word on whose they are.
import { expect, it } from "vitest";
import { closeAfter, idsOf, itemsTo, LIST, pagesOf, targets } from "./lists.ts";
import { at, connect, contractOf, openVendor } from "./vendor.ts";

it("reads the children of every parent, parents and children page by page", async () => {
  const projects = itemsTo(3);
  const vendor = await openVendor(({ path, query }) => {
    const parent = /^\/projects\/(\d+)\/tasks$/.exec(path)?.[1];
    const all = parent === undefined ? projects : itemsTo(Number(parent), (id) => ({ key: `${parent}.${id}` }));
    const start = (Number(query.get("page")) - 1) * 2;
    return { body: { rows: all.slice(start, start + 2) } };
  });
  const pagination = { kind: "page", param: "page", size: 2 } as const;
  const contract = contractOf({
    listProjects: { ...LIST, request: { method: "GET", url: at("/projects") }, pagination },
    listTasks: {
      ...LIST,
      pagination,
      request: {
        method: "GET",
        url: at("/projects/${partition.id}/tasks"),
        output: { rows: { $cel: "response.body.rows.map(r, {'id': r.key, 'project': partition.id})" } },
      },
      partition: { parent: { operation: "listProjects", with: {} } },
    },
  });
  const { runtime, connection } = connect(contract, vendor);
  closeAfter(runtime, vendor);
  const pages = await pagesOf(runtime, connection, "listTasks");
  expect(pages.flatMap(({ items }) => idsOf(items))).toEqual(["1.1", "2.1", "2.2", "3.1", "3.2", "3.3"]);
  expect(pages[0]?.items).toEqual([{ id: "1.1", project: 1 }]);
  expect(targets(vendor.seen)).toEqual([
    "/projects?page=1",
    "/projects/1/tasks?page=1",
    "/projects/2/tasks?page=1",
    "/projects/2/tasks?page=2",
    "/projects?page=2",
    "/projects/3/tasks?page=1",
    "/projects/3/tasks?page=2",
  ]);
  const rest = await pagesOf(runtime, connection, "listTasks", { cursor: JSON.parse(JSON.stringify(pages[3]?.next)) });
  expect(rest.flatMap(({ items }) => idsOf(items))).toEqual(["3.3"]);
});
