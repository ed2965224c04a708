// Stock clients with default options on a bad line and in odd habits: they stay far from every limit that Node lacks.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { ClientPeer, outerVariants } from "../support/clients.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { SlowLine } from "../support/slow-line.mjs";
import { isOpenOnServer, readStats } from "../support/stats.mjs";

const bytesPerSecond = 8_000;
const messageLength = 100_000;
const slowestEcho = 60_000;

describe("a client behind a line of 64 kbit/s", { concurrency: true }, () => {
  for (const variant of outerVariants) {
    it(`sends and gets 100 kB and stays connected (${variant.name})`, async (test) => {
      const line = await SlowLine.start(hostUrl, bytesPerSecond);
      const peer = await ClientPeer.connect(test, variant, { url: line.url });
      try {
        const text = "0123456789".repeat(messageLength / 10);
        const start = Date.now();
        peer.send(text);
        assert.ok((await peer.messages.next("the echo", slowestEcho)) === text, "the echo is not what was sent");
        // The line is as slow as it is meant to be.
        assert.ok(Date.now() - start > (2 * messageLength * 0.9 * 1000) / bytesPerSecond);
        assert.equal(await peer.echo("still here"), "still here");
        assert.deepEqual(peer.errors, []);
        assert.equal(peer.transportName, variant.mode.finalTransport);
        assert.ok(await isOpenOnServer(hostUrl, peer.sid));
        assert.ok((await readStats(hostUrl)).sessions[variant.generation.path] > 0);
      } finally {
        peer.close();
        line.stop();
      }
    });
  }
});
