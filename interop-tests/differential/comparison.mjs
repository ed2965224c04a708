// Plays a case to the Node server and to the host under test and compares what both have shown.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { isNodeJudged } from "../support/host-expectations.mjs";
import { hostUrl, referenceUrl } from "../support/hosts.mjs";
import { mayHaveLengthInstead } from "./known-differences.mjs";

async function play(ProbeType, run, url, who) {
  const probe = new ProbeType(url);
  try {
    await run(probe);
  } catch (error) {
    throw new Error(`${who}: ${error.message}\nso far: ${JSON.stringify(probe.transcript, null, 1)}`, { cause: error });
  }
  return probe.transcript;
}

function valueAt(transcript, path) {
  return path.reduce((value, key) => value?.[key], transcript);
}

function setAt(transcript, path, value) {
  const parent = valueAt(transcript, path.slice(0, -1));
  if (value === undefined) {
    delete parent[path.at(-1)];
  } else {
    parent[path.at(-1)] = value;
  }
}

/** Turns our deliberate differences back into Node's answer, so that the rest can be compared. */
function withoutKnownDifferences(knownDifferences, name, nodeTranscript, ourTranscript) {
  for (const { at, node, ours, why } of knownDifferences.filter((difference) => difference.case === name && difference.at)) {
    assert.deepEqual(valueAt(nodeTranscript, at), node, `Node no longer differs here (${why})`);
    if (JSON.stringify(valueAt(ourTranscript, at)) === JSON.stringify(ours)) {
      setAt(ourTranscript, at, node);
    }
  }
  for (const [index, line] of ourTranscript.entries()) {
    for (const [label, value] of Object.entries(line)) {
      const counterpart = nodeTranscript[index]?.[label];
      if (counterpart?.framing && mayHaveLengthInstead(counterpart.framing, value?.framing)) {
        value.framing = counterpart.framing;
      }
    }
  }
  return ourTranscript;
}

/** Declares one test for each case of the groups. */
export function compareWithNode(ProbeType, groups, knownDifferences) {
  for (const [group, cases] of Object.entries(groups)) {
    describe(`same as Node: ${group}`, () => {
      for (const { name, run } of cases) {
        it(name, async () => {
          const [node, ours] = await Promise.all([
            play(ProbeType, run, referenceUrl, "reference"),
            play(ProbeType, run, hostUrl, "host under test"),
          ]);
          assert.ok(node.length > 0, "the case has seen nothing");
          const whole = knownDifferences.find((difference) => difference.case === name && !difference.at);
          if (!whole) {
            assert.deepEqual(withoutKnownDifferences(knownDifferences, name, node, ours), node);
          } else if (whole.ours) {
            assert.notDeepEqual(node, whole.ours, `Node no longer differs here (${whole.why})`);
            assert.deepEqual(ours, isNodeJudged ? node : whole.ours);
          }
        });
      }
    });
  }

  it("every known difference belongs to a case", () => {
    const names = new Set(Object.values(groups).flatMap((cases) => cases.map(({ name }) => name)));
    assert.deepEqual(knownDifferences.filter((difference) => !names.has(difference.case)), []);
  });
}
