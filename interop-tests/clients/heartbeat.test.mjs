// On the path /fast/ a heartbeat is due every 300 ms and must be answered within 200 ms.
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ClientPeer, closeAllPeers, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { isOpenOnServer, serverCloseOf } from "../support/stats.mjs";

const path = "/fast/";

for (const { name, generation, mode } of variants) {
  describe(`${name}, heartbeat`, { concurrency: true }, () => {
    afterEach(closeAllPeers);

    it("keeps the session alive over several intervals", async () => {
      const peer = await ClientPeer.connect(generation, mode, { path });
      await peer.events(generation.eio === 4 ? "ping" : "pong", 5);
      assert.ok(await isOpenOnServer(hostUrl, peer.sid));
      assert.equal(await peer.echo("still here"), "still here");
    });
  });

  describe(`${name}, silence`, () => {
    afterEach(closeAllPeers);

    // An upgraded session of protocol 3 has no server-side timeout in Node 6.6.11: a host may have one, or not.
    const serverNotices = !(generation.eio === 3 && mode.transports.length > 1);

    it("is noticed by both sides", async () => {
      const proxy = await CuttingProxy.start(hostUrl);
      const peer = await ClientPeer.connect(generation, mode, { path, url: proxy.url });
      proxy.goSilent();
      assert.equal(await peer.closeReason(), "ping timeout");
      if (serverNotices) {
        assert.equal((await serverCloseOf(hostUrl, peer.sid)).reason, "ping timeout");
      }
      proxy.stop();
      await serverCloseOf(hostUrl, peer.sid);
    });
  });
}
