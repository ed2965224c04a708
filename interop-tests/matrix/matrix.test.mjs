// The matrix itself: what it takes for a difference, and what it keeps.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { expectedOf } from "../support/behaviours.mjs";
import { expectations, isNodeJudged } from "../support/host-expectations.mjs";
import { byKey, cellsOf, readRecords } from "./cells.mjs";
import { compareColumns } from "./comparison.mjs";
import { packed, unpacked } from "./node-column.mjs";
import record from "./recorder.mjs";
import { compatibilityPage } from "./table.mjs";

const page = fileURLToPath(new URL("../../docs/differences-from-node.md", import.meta.url));

const cell = (changes = {}) => ({
  group: "events",
  client: "socket.io-client 4.8",
  transport: "polling",
  line: "",
  behaviour: "arrive",
  outcome: "pass",
  reason: undefined,
  saw: [],
  differs: [],
  ...changes,
});

const compare = (nodeCells, ourCells, options) => compareColumns(nodeCells, ourCells, { page, ...options });

describe("what a test notes", () => {
  const name = "resumesWithoutAnOffset";
  const noted = [];
  const test = { diagnostic: (message) => noted.push(message) };

  it("is that the servers differ, once it asks for what to expect", () => {
    const { node, ours } = expectations[name];
    assert.equal(expectedOf(test, name), isNodeJudged ? node : ours);
    assert.deepEqual(noted.splice(0), [`differs ${name}`]);
  });

  it("is never a difference that nobody has written down", () => {
    for (const unknown of ["resumesWithoutAnything", "toString"]) {
      assert.throws(() => expectedOf(test, unknown), /is not in host-expectations\.mjs/);
    }
    assert.deepEqual(noted, []);
  });

  it("is recorded with how it ended", async (context) => {
    const folder = mkdtempSync(join(tmpdir(), "matrix-"));
    const { INTEROP_RECORD } = process.env;
    context.after(() => {
      Object.assign(process.env, INTEROP_RECORD && { INTEROP_RECORD });
      rmSync(folder, { recursive: true });
    });
    process.env.INTEROP_RECORD = join(folder, "record.jsonl");
    const event = (type, data) => ({ type, data: { nesting: 1, details: { duration_ms: 1 }, ...data } });
    const events = [
      event("test:start", { name: "recovery", nesting: 0 }),
      event("test:start", { name: "first" }),
      event("test:pass", { name: "first" }),
      event("test:diagnostic", { message: `differs ${name}` }),
      event("test:diagnostic", { message: 'saw "transport close"' }),
      event("test:diagnostic", { message: `differs ${name}` }),
      event("test:diagnostic", { message: "differs datesArePassedOn", nesting: 2 }),
      event("test:start", { name: "second" }),
      event("test:pass", { name: "second" }),
      event("test:diagnostic", { message: "tests 2", nesting: 0 }),
    ];
    for await (const text of record(events)) {
      assert.equal(text, "");
    }
    const told = readRecords(process.env.INTEROP_RECORD).map((one) => [one.suite, one.name, one.outcome, one.saw, one.differs]);
    assert.deepEqual(told, [
      ["recovery", "first", "pass", ["transport close"], [name]],
      ["recovery", "second", "pass", [], []],
    ]);
  });
});

describe("cells of the matrix", () => {
  const recorded = {
    suite: "events: socket.io-client 4.8, polling, then upgraded over nginx",
    name: "arrive",
    outcome: "pass",
    saw: [1],
    differs: [],
  };

  it("are told by the titles", () => {
    const { cells, others } = cellsOf([recorded, { ...recorded, suite: "protocol 4, heartbeat" }]);
    assert.deepEqual(cells, [cell({ transport: "polling, then upgraded", line: "nginx", saw: [1] })]);
    assert.equal(others.length, 1);
  });

  it("have titles of their own", () => {
    assert.throws(() => byKey([cell(), cell()]), /two tests are called "events: socket.io-client 4.8, polling: arrive"/);
  });
});

describe("the comparison of the columns", () => {
  it("finds nothing where both show the same", () => {
    const cells = [cell({ saw: [{ reason: "transport close" }] }), cell({ behaviour: "leave", outcome: "skip", reason: "came with client 4.6" })];
    const { problems, differences } = compare(cells, structuredClone(cells));
    assert.deepEqual([problems, differences.size], [[], 0]);
  });

  for (const [name, node, ours, expected] of [
    ["another outcome", {}, { outcome: "fail" }, /with Node's server it has passed, with ours failed/],
    [
      "another observation",
      { saw: ["transport close"] },
      { saw: ["ping timeout"] },
      /Node's server has shown \["transport close"\], ours \["ping timeout"\]/,
    ],
    ["a skip of ours alone", {}, { outcome: "skip", reason: "too hard" }, /with ours skipped \(too hard\)/],
    ["a skip without a reason", { outcome: "skip" }, { outcome: "skip" }, /skipped without a reason/],
    [
      "another difference on purpose",
      { differs: ["datesArePassedOn"] },
      { differs: [] },
      /names other differences with Node's server \(datesArePassedOn\)/,
    ],
    [
      "another outcome where the servers differ",
      { differs: ["datesArePassedOn"] },
      { differs: ["datesArePassedOn"], outcome: "fail" },
      /with ours failed/,
    ],
    [
      "an excuse of Node's that does not help ours",
      { outcome: "skip", reason: "differs: resumesWithoutAnOffset" },
      { outcome: "fail" },
      /ours has failed/,
    ],
  ]) {
    it(`finds ${name}`, () => {
      const { problems } = compare([cell(node)], [cell(ours)]);
      assert.equal(problems.length, 1);
      assert.match(problems[0], expected);
    });
  }

  it("finds cells that only one column has", () => {
    assert.match(compare([cell()], []).problems[0], /not run with our server/);
    assert.match(compare([], [cell()]).problems[0], /Node's column has no such cell/);
    assert.deepEqual(compare([cell()], [], { isWhole: false }).problems, []);
  });

  it("counts what is a known difference", () => {
    const { problems, compared, differences } = compare([cell({ outcome: "skip", reason: "differs: resumesWithoutAnOffset" })], [cell()]);
    assert.deepEqual([problems, [...differences]], [[], [["resumesWithoutAnOffset", 1]]]);
    assert.deepEqual(compared.map((one) => one.differences), [["resumesWithoutAnOffset"]]);
  });

  it("counts what a test expects otherwise of each server", () => {
    const cells = [cell({ differs: ["datesArePassedOn"] }), cell({ behaviour: "leave", differs: ["datesArePassedOn"] }), cell({ behaviour: "stay" })];
    const { problems, compared, differences } = compare(cells, structuredClone(cells));
    assert.deepEqual([problems, [...differences]], [[], [["datesArePassedOn", 2]]]);
    assert.deepEqual(compared.map((one) => one.differences), [["datesArePassedOn"], ["datesArePassedOn"], []]);
  });

  it("compares a line that only we have with the direct one", () => {
    const ours = cell({ line: "our own line" });
    assert.equal(compare([cell()], [ours], { isWhole: false }).problems.length, 1);
    assert.deepEqual(compare([cell()], [ours], { isWhole: false, linesOfOurs: ["our own line"] }).problems, []);
  });
});

describe("Node's column", () => {
  it("is the same after it was kept", () => {
    const cells = [
      cell(),
      cell({ transport: "websocket", saw: ["transport close", null] }),
      cell({ behaviour: "stay", differs: ["datesArePassedOn"] }),
      cell({ behaviour: "leave", outcome: "skip", reason: "differs: resumesWithoutAnOffset" }),
      cell({ group: "rooms", client: "curl", transport: "polling, then upgraded", line: "HAProxy" }),
    ];
    const kept = byKey(unpacked(JSON.parse(JSON.stringify(packed(cells)))));
    for (const [key, { outcome, reason, saw, differs }] of byKey(cells)) {
      const other = kept.get(key);
      assert.deepEqual([other.outcome, other.reason, other.saw, other.differs], [outcome, reason, saw, differs]);
    }
    assert.equal(kept.size, cells.length);
  });
});

describe("the page", () => {
  const pageOf = (nodes, ours, options) => {
    const { compared, differences } = compare(nodes, ours, options);
    return compatibilityPage(compared, differences).split("\n");
  };

  it("shows each transport, reasons, lines and differences", () => {
    const ours = [
      cell(),
      cell({ transport: "websocket", outcome: "skip", reason: "has a | in it" }),
      cell({ line: "TLS" }),
      cell({ behaviour: "leave" }),
    ];
    const nodes = [...ours.slice(0, 3), cell({ behaviour: "leave", outcome: "skip", reason: "differs: resumesWithoutAnOffset" })];
    const lines = pageOf(nodes, ours);
    assert.ok(lines.includes("| arrive | P <sup>1</sup> | TLS | same |"));
    assert.ok(lines.includes("1. has a \\| in it"));
    assert.ok(lines.includes("| leave | P≠ |  | differs: A client that has not received any event |"));
    assert.ok(lines.includes("| socket.io-client 4.8 | direct | 2 | 0 (1 not run) |  | 1 (1 not run, 1 otherwise) |"));
  });

  it("shows where a test expects something else of Node's server", () => {
    const cells = [cell({ differs: ["datesArePassedOn"] }), cell({ transport: "websocket" })];
    const lines = pageOf(cells, structuredClone(cells));
    assert.ok(lines.includes("| arrive | P≠ W | differs: A date of a MessagePack client that is passed on as it came |"));
    assert.ok(lines.some((line) => line.startsWith("| A date of a MessagePack client that is passed on as it came |") && line.endsWith("| 1 |")));
    assert.ok(lines.includes("| socket.io-client 4.8 | direct | 1 | 1 |  | 1 (1 otherwise) |"));
  });

  it("counts what Node's server does directly for a line that only we have", () => {
    const ours = [cell(), cell({ line: "our own line" })];
    const lines = pageOf([cell()], ours, { linesOfOurs: ["our own line"] });
    assert.ok(lines.includes("| socket.io-client 4.8 | our own line | 1 |  |  | 1 |"));
  });

  it("has no line over which a behaviour is not run with anybody, and no column without a line", () => {
    const skipped = { line: "TLS", outcome: "skip", reason: "too old" };
    const ours = [
      cell(),
      cell(skipped),
      cell({ behaviour: "leave" }),
      cell({ ...skipped, behaviour: "leave" }),
      cell({ behaviour: "leave", line: "TLS", transport: "websocket" }),
      cell({ group: "rooms" }),
      cell({ ...skipped, group: "rooms" }),
    ];
    const lines = pageOf(structuredClone(ours), ours);
    assert.ok(lines.includes("| arrive | P |  | same |"));
    assert.ok(lines.includes("| leave | P | TLS | same |"));
    assert.deepEqual(lines.slice(lines.indexOf("#### Rooms") + 2, -1), [
      "| behaviour | 4.8 | Node's server |",
      "| --- | --- | --- |",
      "| arrive | P | same |",
    ]);
  });

  it("shows a group that is only run over one line in the columns, and the line in its title", () => {
    const ours = [cell({ line: "HAProxy" }), cell({ line: "HAProxy", transport: "websocket", outcome: "skip", reason: "too old" })];
    const lines = pageOf(structuredClone(ours), ours);
    const start = lines.indexOf("#### Events, over HAProxy");
    assert.deepEqual(lines.slice(start + 2, start + 5), [
      "| behaviour | 4.8 | Node's server |",
      "| --- | --- | --- |",
      "| arrive | P <sup>1</sup> | same |",
    ]);
  });
});
