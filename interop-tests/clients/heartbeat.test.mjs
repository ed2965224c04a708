// On /patient/ and on /fast/ a heartbeat is due every 300 ms; it must be answered within 1,500 ms, within 200 ms.
// A busy machine may hold an honest client up for more than 200 ms: those are for clients that fall silent.
import assert from "node:assert/strict";
import { after, describe, it } from "node:test";
import { ClientPeer, closeAllPeers, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { isOpenOnServer, serverCloseOf } from "../support/stats.mjs";

after(closeAllPeers);

describe("heartbeat", { concurrency: true }, () => {
  for (const { name, generation, mode } of variants) {
    it(`keeps the session alive over several intervals (${name})`, async () => {
      const peer = await ClientPeer.connect(generation, mode, { path: "/patient/" });
      // More silence than the interval and the timeout together would end the session.
      await peer.events(generation.eio === 4 ? "ping" : "pong", 7);
      assert.ok(await isOpenOnServer(hostUrl, peer.sid));
      assert.equal(await peer.echo("still here"), "still here");
      peer.close();
    });
  }
});

describe("silence", () => {
  for (const { name, generation, mode } of variants) {
    // An upgraded session of protocol 3 has no server-side timeout in Node 6.6.11: a host may have one, or not.
    const serverNotices = !(generation.eio === 3 && mode.transports.length > 1);

    it(`is noticed by both sides (${name})`, async () => {
      const proxy = await CuttingProxy.start(hostUrl);
      const peer = await ClientPeer.connect(generation, mode, { path: "/fast/", url: proxy.url });
      proxy.goSilent();
      assert.equal(await peer.closeReason(), "ping timeout");
      if (serverNotices) {
        assert.equal((await serverCloseOf(hostUrl, peer.sid)).reason, "ping timeout");
      }
      proxy.stop();
      await serverCloseOf(hostUrl, peer.sid);
    });
  }
});
