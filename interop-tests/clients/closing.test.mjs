// Who closes, who is told what, and that a new session follows.
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ClientPeer, closeAllPeers, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { serverCloseOf } from "../support/stats.mjs";

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

    it("delivers what was sent before the client closed", async () => {
      const peer = await connect();
      peer.send("say-and-close:never heard");
      peer.close();
      assert.equal(await peer.closeReason(), "forced close");
      await serverCloseOf(hostUrl, peer.sid);
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
      const proxy = await CuttingProxy.start(hostUrl);
      const first = await connect({ url: proxy.url });
      proxy.cutAll();
      assert.equal(await first.closeReason(), isPolling ? "transport error" : "transport close");
      // A poll that breaks off ends the session on the server, too.
      assert.equal((await serverCloseOf(hostUrl, first.sid)).reason, isPolling ? "transport error" : "transport close");
      const second = await connect({ url: proxy.url });
      assert.equal(await second.echo("again"), "again");
      second.close();
      await second.closeReason();
      proxy.stop();
    });
  });
}
