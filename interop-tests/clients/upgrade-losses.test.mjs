// The connection is lost at each step of the upgrade. What a stock client makes of it is part of the contract.
import assert from "node:assert/strict";
import { it } from "node:test";
import { saw } from "../support/behaviours.mjs";
import { ClientPeer, describeEach, upgrading, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { isOpenOnServer, serverCloseOf } from "../support/stats.mjs";
import { within } from "../support/waiting.mjs";

const path = "/patient/";

const isUpgradeRequest = (event) => event.kind === "request" && event.isUpgrade;
const isUpgradeAnswer = (event) => event.kind === "answer" && event.isUpgrade;
const isFrame = (text) => (event) => event.kind === "frame" && event.text === text;

/** Until the server has confirmed the probe, the client falls back to polling and nothing is lost. */
const harmlessLosses = [
  { name: "the WebSocket request is refused", matches: isUpgradeRequest, action: "refuse" },
  { name: "the WebSocket request is cut off", matches: isUpgradeRequest, action: "cut-before" },
  { name: "the server's 101 never arrives", matches: isUpgradeAnswer, action: "cut-before" },
  { name: "the WebSocket is lost after the 101", matches: isUpgradeAnswer, action: "cut-after" },
  { name: "the probe never arrives", matches: isFrame("2probe"), action: "cut-before" },
  { name: "the WebSocket is lost after the probe", matches: isFrame("2probe"), action: "cut-after" },
  { name: "the answer to the probe never arrives", matches: isFrame("3probe"), action: "cut-before" },
];

/** A proxy that strikes once. */
function cuttingOnce(test, { matches, action }) {
  let hasStruck = false;
  return CuttingProxy.startFor(test, (event) => {
    if (hasStruck || !matches(event)) {
      return undefined;
    }
    hasStruck = true;
    return action;
  });
}

describeEach("losses during the upgrade", variants.filter(upgrading), (variant) => {
  async function connectThrough(test, loss) {
    const proxy = await cuttingOnce(test, loss);
    const peer = new ClientPeer(test, variant, { path, url: proxy.url });
    await peer.waitForOpen();
    const assertNextClientUpgrades = async () => {
      const next = await ClientPeer.connect(test, variant, { path, url: proxy.url });
      assert.equal(await next.echo("transport"), "websocket");
    };
    return { peer, assertNextClientUpgrades };
  }

  const sawTheEnd = async (test, peer) => {
    const { reason, details } = await serverCloseOf(hostUrl, peer.sid);
    saw(test, { reason, details });
    return reason;
  };

  for (const loss of harmlessLosses) {
    it(`${loss.name}: the session lives on over polling`, async (test) => {
      const { peer, assertNextClientUpgrades } = await connectThrough(test, loss);
      peer.send("before");
      await within(peer.upgradeFailed, "the upgrade to fail");
      assert.equal(await peer.messages.next(), "before");
      assert.equal(await peer.echo("transport"), "polling");
      assert.ok(await isOpenOnServer(hostUrl, peer.sid));
      // The heartbeat goes on as well.
      await peer.heartbeats(1);
      assert.equal(await peer.echo("after"), "after");
      await assertNextClientUpgrades();
    });
  }

  it("the WebSocket is lost after the answer to the probe: the paused client ends", async (test) => {
    const { peer, assertNextClientUpgrades } = await connectThrough(test, { matches: isFrame("3probe"), action: "cut-after" });
    // The client of protocol 3 still holds a poll and may read the server's close packet before its own clock strikes. And
    // where its last poll ends before it sees the loss, the client has moved already, and loses what it has moved to.
    assert.match(await peer.closeReason(), /^(ping timeout|transport close)$/);
    assert.equal(await sawTheEnd(test, peer), "ping timeout");
    await assertNextClientUpgrades();
  });

  it("the upgrade packet never arrives: the client is told at once, the server finds out by its ping timeout", async (test) => {
    const { peer, assertNextClientUpgrades } = await connectThrough(test, { matches: isFrame("5"), action: "cut-before" });
    assert.equal(await peer.closeReason(), "transport close");
    assert.equal(await sawTheEnd(test, peer), "ping timeout");
    await assertNextClientUpgrades();
  });

  it("the WebSocket is lost after the upgrade packet: both sides are told", async (test) => {
    const { peer, assertNextClientUpgrades } = await connectThrough(test, { matches: isFrame("5"), action: "cut-after" });
    assert.equal(await peer.closeReason(), "transport close");
    assert.equal(await sawTheEnd(test, peer), "transport close");
    await assertNextClientUpgrades();
  });
});
