// What happens after a restart: everybody comes at once.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { hostUrl } from "../support/hosts.mjs";
import { readStats } from "../support/stats.mjs";
import { eventually, within } from "../support/waiting.mjs";

const crowdProgram = fileURLToPath(new URL("../support/crowd.mjs", import.meta.url));
const longestWait = 30_000;
const spareFiles = 500;

/** Node and .NET both raise their limit of open files to the hard one; the crowd is no larger than that allows. */
function asManyAsFilesAllow(wanted) {
  const limit = execFileSync("sh", ["-c", "ulimit -Hn"]).toString().trim();
  return limit === "unlimited" ? wanted : Math.min(wanted, Number(limit) - spareFiles);
}

const crowds = [
  { kind: "polling", path: "/engine.io/", eio: 4, count: asManyAsFilesAllow(10_000) },
  { kind: "websocket", path: "/engine.io/", eio: 4, count: asManyAsFilesAllow(5_000) },
];

describe("clients that reconnect all at once", () => {
  for (const { kind, path, eio, count } of crowds) {
    it(`are all served: ${count} handshakes within 30 s (${kind})`, async (context) => {
      const sessionCount = async () => (await readStats(hostUrl)).sessions[path];
      await eventually(async () => (await sessionCount()) === 0, "the sessions of earlier tests to end");

      const target = `${path}?EIO=${eio}&transport=${kind}`;
      const crowd = spawn(process.execPath, [crowdProgram, hostUrl, target, kind, String(count)], { stdio: ["pipe", "pipe", "inherit"] });
      try {
        const reports = createInterface({ input: crowd.stdout })[Symbol.asyncIterator]();
        const report = async (what) => JSON.parse((await within(reports.next(), what, longestWait)).value);

        const { opened, differentSids, failures, milliseconds } = await report("all handshakes");
        context.diagnostic(`${opened} sessions in ${milliseconds} ms`);
        assert.deepEqual(failures, {});
        assert.equal(opened, count);
        assert.equal(differentSids, count);
        assert.equal(await sessionCount(), count);

        crowd.stdin.end();
        assert.deepEqual(await report("all closes"), { closed: count });
        await eventually(async () => (await sessionCount()) === 0, "the sessions to end");
      } finally {
        crowd.kill();
      }
    });
  }
});
