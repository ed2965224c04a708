// On /patient/ a heartbeat is due every 300 ms and must be answered within 3,000 ms: a busy machine may hold an honest
// client up for longer than a shorter time.
import assert from "node:assert/strict";
import { it } from "node:test";
import { differs, saw } from "../support/behaviours.mjs";
import { ClientPeer, describeEach, unlessBetween, upgrading, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { isOpenOnServer, serverCloseOf } from "../support/stats.mjs";
import { nextEvent } from "../support/waiting.mjs";

const path = "/patient/";

describeEach("heartbeat", variants, (variant) => {
  // Protocol 3 sessions that have upgraded: see host-expectations.mjs.
  const isForgottenByNode = variant.generation.eio === 3 && upgrading(variant);

  const takesLong = { skip: unlessBetween(variant) };
  const whereNodeNotices = isForgottenByNode ? { skip: differs("silenceAfterAnUpgradeOfVersion2IsNoticed") } : takesLong;

  it("keeps the session alive over several intervals", takesLong, async (test) => {
    const peer = await ClientPeer.connect(test, variant, { path });
    // More silence than the interval and the timeout together would end the session.
    await peer.heartbeats(12);
    assert.ok(await isOpenOnServer(hostUrl, peer.sid));
    assert.equal(await peer.echo("still here"), "still here");
  });

  it("goes on while messages flow", async (test) => {
    const peer = await ClientPeer.connect(test, variant, { path });
    let beats = 0;
    peer.socket.on("pong", () => beats++);
    while (beats < 3) {
      assert.equal(await peer.echo("and again"), "and again");
    }
    assert.ok(await isOpenOnServer(hostUrl, peer.sid));
  });

  it("is missed by a client whose server falls silent", takesLong, async (test) => {
    const { peer, proxy } = await connectAndSilence(test);
    assert.equal(await peer.closeReason(), "ping timeout");
    // Only now the server can know.
    proxy.stop();
    saw(test, await peer.closeDetails());
  });

  it("is missed by a server whose client falls silent", whereNodeNotices, async (test) => {
    const { peer } = await connectAndSilence(test);
    const { reason, details } = await serverCloseOf(hostUrl, peer.sid);
    assert.equal(reason, "ping timeout");
    saw(test, { reason, details });
  });

  it("comes at the interval that the server has announced", async (test) => {
    const peer = new ClientPeer(test, variant, { path });
    const [handshake] = await nextEvent(peer.socket, "handshake");
    const { pingInterval, pingTimeout } = handshake;
    assert.deepEqual({ pingInterval, pingTimeout }, { pingInterval: 300, pingTimeout: 3000 });
    await peer.waitForOpen();
    await peer.heartbeats(1);
    const start = Date.now();
    await peer.heartbeats(2);
    // Never early, but for what timers of both sides round.
    assert.ok(Date.now() - start >= 500, `two heartbeats came within ${Date.now() - start} ms`);
  });

  /** A session whose line falls silent right after a message has gone through. */
  async function connectAndSilence(test) {
    const proxy = await CuttingProxy.startFor(test);
    const peer = await ClientPeer.connect(test, variant, { path, url: proxy.url });
    await peer.echo("hello");
    // Before this one, a ping that was under way during the upgrade has been answered: Node's server forgets one that never is.
    await peer.echo("hello again");
    proxy.goSilent();
    return { peer, proxy };
  }
});
