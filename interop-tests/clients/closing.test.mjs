// Who closes, who is told what, and that a new session follows.
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ClientPeer, closeAllPeers, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { readStats, serverCloseOf } from "../support/stats.mjs";
import { within } from "../support/waiting.mjs";

for (const { name, generation, mode } of variants) {
  const connect = (options) => ClientPeer.connect(generation, mode, options);
  const isPolling = mode.finalTransport === "polling";

  describe(`${name}, closing`, () => {
    afterEach(closeAllPeers);

    it("tells the server that the client has closed", async () => {
      const peer = await connect();
      peer.close();
      assert.equal(await peer.closeReason(), "forced close");
      const close = await serverCloseOf(hostUrl, peer.sid);
      assert.deepEqual({ path: close.path, reason: close.reason }, { path: generation.path, reason: "transport close" });
    });

    for (const command of ["close", "close-discard"]) {
      it(`tells the client that the server has closed (${command})`, async () => {
        const peer = await connect();
        // A discarding close waits for no poll. A host that serves requests in parallel may take the message before the
        // poll that was sent ahead of it on another connection: here the poll is given the time to arrive.
        await readStats(hostUrl);
        await readStats(hostUrl);
        peer.send(command);
        assert.equal(await peer.closeReason(), "transport close");
        assert.equal((await serverCloseOf(hostUrl, peer.sid)).reason, "forced close");
      });
    }

    it("delivers what was sent before the server closed", async () => {
      const peer = await connect();
      peer.send("say-and-close:goodbye");
      assert.equal(await peer.messages.next(), "goodbye");
      assert.equal(await peer.closeReason(), "transport close");
      assert.equal((await serverCloseOf(hostUrl, peer.sid)).reason, "forced close");
    });

    it("connects anew after a close, with another id", async () => {
      const first = await connect();
      first.close();
      await first.closeReason();
      const second = await connect();
      assert.notEqual(second.sid, first.sid);
      assert.equal(await second.echo("again"), "again");
    });

    it("connects anew after its connection was lost", async () => {
      const { proxy, pollArrived } = await startObservingProxy();
      const first = await connect({ url: proxy.url });
      if (isPolling) {
        await within(pollArrived, "a poll to be held");
        await readStats(hostUrl);
      } else {
        // The echo proves that the server, too, has finished the upgrade.
        await first.echo("hello");
      }
      proxy.cutAll();
      // A poll that breaks off ends the session, like a WebSocket that does.
      const reason = isPolling ? "transport error" : "transport close";
      assert.equal(await first.closeReason(), reason);
      assert.equal((await serverCloseOf(hostUrl, first.sid)).reason, reason);
      const second = await connect({ url: proxy.url });
      assert.notEqual(second.sid, first.sid);
      assert.equal(await second.echo("again"), "again");
      second.close();
      await second.closeReason();
      proxy.stop();
    });
  });
}

/** A proxy that tells when the first poll of a session has passed. */
async function startObservingProxy() {
  let reportPoll;
  const pollArrived = new Promise((resolve) => {
    reportPoll = resolve;
  });
  const proxy = await CuttingProxy.start(hostUrl, ({ kind, head }) => {
    if (kind === "request" && /^GET \S*[?&]sid=/.test(head)) {
      setImmediate(reportPoll);
    }
  });
  return { proxy, pollArrived };
}
