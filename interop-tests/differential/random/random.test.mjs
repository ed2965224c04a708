// Scripts of random packets, a fixed choice of seeds: Node and the host under test must do the same. run.mjs plays as many more as you like.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { hostUrl, referenceUrl } from "../../support/hosts.mjs";
import { differenceOf, smallest } from "./compare.mjs";
import { kinds } from "./kinds/index.mjs";
import { described } from "./report.mjs";
import { scriptsOf } from "./scripts.mjs";

const seedsOfKind = 80;
const together = 8;
const hosts = { referenceUrl, hostUrl };

async function playAll(kind, scripts) {
  let played = 0;
  const worker = async () => {
    for (const script of scripts) {
      played++;
      // What differs only beside other scripts is looked at once more: a busy machine is no difference between servers.
      const difference = (await differenceOf(script, hosts)) && (await differenceOf(script, hosts));
      if (difference) {
        const found = await smallest(script, difference, hosts);
        assert.fail(described(found.script, found.difference, script));
      }
    }
  };
  await Promise.all(Array.from({ length: together }, worker));
  assert.ok(played > seedsOfKind / 2, `most seeds of ${kind} make a script`);
}

describe("same as Node: random packets", () => {
  for (const kind of Object.keys(kinds)) {
    it(`${kind}: a fixed choice of scripts`, () => playAll(kind, scriptsOf(kind, 1, seedsOfKind)));
  }
});
