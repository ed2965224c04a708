// The parts of the random comparison: the same seed makes the same script, a planted fault is found and shrunk to its core, and the
// deliberate differences that are left out have rows in the documentation.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { kinds } from "./kinds/index.mjs";
import { rows, withNodesAnswers } from "./known.mjs";
import { fromText, toText } from "./report.mjs";
import { scriptsOf } from "./scripts.mjs";
import { shrink } from "./shrink.mjs";
import { smallerSteps } from "./smaller.mjs";

const differences = readFileSync(new URL("../../../docs/differences-from-node.md", import.meta.url), "utf8");

/** A pair of hosts of which one cannot take an event with a certain text behind a join. */
const isStruck = (steps) => {
  const packets = steps.flat().map(String);
  const join = packets.findIndex((packet) => packet.startsWith("40/chat"));
  return join >= 0 && packets.slice(join).some((packet) => packet.startsWith("42/chat,") && packet.includes("fault"));
};

describe("random packets", () => {
  for (const kind of Object.keys(kinds)) {
    it(`${kind}: a seed always makes the same script`, () => {
      const [first, second] = [1, 2].map(() => [...scriptsOf(kind, 1, 20)].map(toText));
      assert.deepEqual(first, second);
      assert.ok(new Set(first).size > 10, "seeds make different scripts");
      assert.deepEqual(toText(fromText(first[0])), first[0]);
    });
  }

  it("a planted fault is shrunk to its core", async () => {
    const steps = [
      ["40"],
      ["40/chat,{}"],
      ['42["echo"]'],
      ['42/chat,["echo",1]', '42/chat,7["echo",[2,"a fault"],{"b":3}]'],
      [Buffer.from([1])],
      ["41"],
    ];
    const shrunk = await shrink(steps, smallerSteps, async (candidate) => isStruck(candidate));
    assert.deepEqual(shrunk, [["40/chat"], ["42/chat,fault"]]);
  });

  it("shrinking keeps what cannot be left out, and ends", async () => {
    const steps = Array.from({ length: 20 }, (_, index) => [`4${index}`]);
    let attempts = 0;
    const shrunk = await shrink(steps, smallerSteps, async (candidate) => {
      attempts++;
      return candidate.some(([packet]) => packet === "43") && candidate.some(([packet]) => packet === "417");
    });
    assert.deepEqual(shrunk, [["43"], ["417"]]);
    assert.ok(attempts < 200);
  });

  it("a deliberate difference is recognised by nothing but itself", () => {
    const node = [{ "PUT 1": { status: 500, body: "" } }];
    assert.deepEqual(withNodesAnswers([{ "PUT 1": { status: 405, body: "" } }], node), node);
    const closed = [{ received: ["81 4a", "88 <03e8627965>"] }];
    assert.deepEqual(withNodesAnswers([{ received: ["81 4a", "88 <03e8>"] }], closed), closed);
    for (const other of [{ received: ["81 4a", "88 <03e9>"] }, { received: ["81 4b", "88 <03e8>"] }, { received: ["81 4a", "88 <>"] }]) {
      assert.notDeepEqual(withNodesAnswers([other], closed), closed);
    }
    for (const other of [{ "PUT 1": { status: 404, body: "" } }, { "PUT 1": { status: 405, body: "x" } }, { "GET 1": { status: 405, body: "" } }]) {
      assert.deepEqual(withNodesAnswers([other], node), [other]);
    }
  });

  for (const head of Object.values(rows)) {
    it(`has a row in the documentation: ${head}`, () => {
      assert.ok(differences.includes(`\n| ${head} |`));
    });
  }
});
