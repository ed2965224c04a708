// The matrix itself: what it takes for a difference, and what it keeps.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { byKey, cellsOf } from "./cells.mjs";
import { compareColumns } from "./comparison.mjs";
import { packed, unpacked } from "./node-column.mjs";
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
  ...changes,
});

const compare = (nodeCells, ourCells, options) => compareColumns(nodeCells, ourCells, { page, ...options });

describe("cells of the matrix", () => {
  const record = { suite: "events: socket.io-client 4.8, polling, then upgraded over nginx", name: "arrive", outcome: "pass", saw: [1] };

  it("are told by the titles", () => {
    const { cells, others } = cellsOf([record, { ...record, suite: "protocol 4, heartbeat" }]);
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
    ["another observation", { saw: ["transport close"] }, { saw: ["ping timeout"] }, /Node's server has shown \["transport close"\], ours \["ping timeout"\]/],
    ["a skip of ours alone", {}, { outcome: "skip", reason: "too hard" }, /with ours skipped \(too hard\)/],
    ["a skip without a reason", { outcome: "skip" }, { outcome: "skip" }, /skipped without a reason/],
    ["an excuse of Node's that does not help ours", { outcome: "skip", reason: "differs: resumesWithoutAnOffset" }, { outcome: "fail" }, /ours has failed/],
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
    const { problems, differences } = compare([cell({ outcome: "skip", reason: "differs: resumesWithoutAnOffset" })], [cell()]);
    assert.deepEqual([problems, [...differences]], [[], [["resumesWithoutAnOffset", 1]]]);
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
      cell({ behaviour: "leave", outcome: "skip", reason: "differs: resumesWithoutAnOffset" }),
      cell({ group: "rooms", client: "curl", transport: "polling, then upgraded", line: "HAProxy" }),
    ];
    const kept = byKey(unpacked(JSON.parse(JSON.stringify(packed(cells)))));
    for (const [key, { outcome, reason, saw }] of byKey(cells)) {
      assert.deepEqual([kept.get(key).outcome, kept.get(key).reason, kept.get(key).saw], [outcome, reason, saw]);
    }
    assert.equal(kept.size, cells.length);
  });
});

describe("the page", () => {
  it("shows each transport, reasons, lines and differences", () => {
    const ours = [
      cell(),
      cell({ transport: "websocket", outcome: "skip", reason: "has a | in it" }),
      cell({ line: "TLS" }),
      cell({ behaviour: "leave" }),
    ];
    const nodes = [...ours.slice(0, 3), cell({ behaviour: "leave", outcome: "skip", reason: "differs: resumesWithoutAnOffset" })];
    const lines = compatibilityPage(ours, byKey(nodes), new Map([["resumesWithoutAnOffset", 1]])).split("\n");
    assert.ok(lines.includes("| arrive | P <sup>1</sup> | TLS | same |"));
    assert.ok(lines.includes("1. has a \\| in it"));
    assert.ok(lines.includes("| leave | P |  | differs: A client that has not received any event |"));
    assert.ok(lines.includes("| socket.io-client 4.8 | direct | 2 | 0 (1 not run) |  | 1 (2 not run) |"));
  });
});
