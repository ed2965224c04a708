// The way from polling to WebSocket while messages flow in both directions.
import assert from "node:assert/strict";
import { it } from "node:test";
import { saw } from "../support/behaviours.mjs";
import { ClientPeer, describeEach, upgrading, variants } from "../support/clients.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { serverCloseOf } from "../support/stats.mjs";
import { nextEvent, within } from "../support/waiting.mjs";

const numbers = (count) => Array.from({ length: count }, (_, index) => String(index));

describeEach("upgrade", variants.filter(upgrading), (variant) => {
  it("loses, doubles and reorders none of 1,000 messages sent before, during and after it", async (test) => {
    const peer = new ClientPeer(test, variant);
    const sent = numbers(1000).map((number) => `n${number}`);
    let position = 0;
    const send = (count) => {
      for (const text of sent.slice(position, (position += count))) {
        peer.send(text);
      }
    };
    await peer.waitForOpen();
    assert.equal(peer.transportName, "polling");
    send(200);
    await nextEvent(peer.socket, "upgrading");
    send(300);
    await within(peer.upgraded, "the upgrade");
    send(500);
    assert.deepEqual(await peer.messages.take(1000), sent);
    assert.equal(await peer.echo("transport"), "websocket");
    assert.equal(peer.messages.waiting, 0);
  });

  it("loses, doubles and reorders none of 1,000 messages that the server streams across it", async (test) => {
    const peer = new ClientPeer(test, variant);
    let receivedBefore = Infinity;
    let received = 0;
    peer.socket.on("message", () => received++);
    peer.socket.on("upgrade", () => {
      receivedBefore = received;
    });
    await peer.waitForOpen();
    // On a busy machine the upgrade may take longer than one stream.
    do {
      peer.send("stream:1000:5");
      assert.deepEqual(await peer.messages.take(1000), numbers(1000));
    } while (received <= receivedBefore);
    assert.ok(receivedBefore > 0, "the upgrade came before the stream");
    assert.equal(await peer.echo("transport"), "websocket");
    assert.equal(peer.messages.waiting, 0);
  });

  it("loses none when both directions are busy with text and binary", async (test) => {
    const peer = new ClientPeer(test, variant);
    const sent = Array.from({ length: 1000 }, (_, index) => (index % 3 === 0 ? Buffer.from(`b${index}`) : `t${index}`));
    await peer.waitForOpen();
    let position = 0;
    const received = [];
    // A window of twenty messages: each echo lets the next one go, so the flow never stops while the upgrade runs.
    const sendNext = () => position < sent.length && peer.send(sent[position++]);
    peer.socket.on("message", sendNext);
    for (let index = 0; index < 20; index++) {
      sendNext();
    }
    for (let index = 0; index < sent.length; index++) {
      const data = await peer.messages.next(`message ${index}`);
      received.push(typeof data === "string" ? data : Buffer.from(data));
    }
    assert.deepEqual(received, sent);
    await within(peer.upgraded, "the upgrade");
  });

  it("is offered by the server in its handshake, and to nobody who is on WebSocket already", async (test) => {
    for (const [transports, upgrades] of [[["polling", "websocket"], ["websocket"]], [["websocket"], []]]) {
      const peer = new ClientPeer(test, variant, { transports });
      const [handshake] = await nextEvent(peer.socket, "handshake");
      assert.deepEqual(handshake.upgrades, upgrades);
    }
  });

  it("does not happen when the client does not want it", async (test) => {
    const peer = new ClientPeer(test, variant, { upgrade: false });
    await peer.waitForOpen();
    await peer.echo("hello");
    assert.equal(await peer.echo("transport"), "polling");
  });

  it("does not happen when the server offers none", async (test) => {
    const peer = new ClientPeer(test, variant, { path: "/noupgrade/" });
    const [handshake] = await nextEvent(peer.socket, "handshake");
    assert.deepEqual(handshake.upgrades, []);
    await peer.waitForOpen();
    await peer.echo("hello");
    assert.equal(await peer.echo("transport"), "polling");
  });

  it("does not happen when the server has polling alone", async (test) => {
    const peer = new ClientPeer(test, variant, { path: "/polling-only/" });
    await peer.waitForOpen();
    await peer.echo("hello");
    assert.equal(await peer.echo("transport"), "polling");
  });

  it("can be closed by the client while it runs", async (test) => {
    const peer = new ClientPeer(test, variant);
    await nextEvent(peer.socket, "upgrading");
    peer.close();
    assert.equal(await peer.closeReason(), "forced close");
    const { reason, details } = await serverCloseOf(hostUrl, peer.sid);
    saw(test, { reason, details });
  });

  it("keeps what was sent before a close while it runs", async (test) => {
    const frames = [];
    const proxy = await CuttingProxy.startFor(test, ({ kind, direction, text }) => {
      if (kind === "frame" && direction === "up") {
        frames.push(text);
      }
    });
    const peer = new ClientPeer(test, variant, { url: proxy.url });
    await nextEvent(peer.socket, "upgrading");
    peer.send("one");
    peer.send("two");
    peer.close();
    assert.equal(await peer.closeReason(), "forced close");
    // A server that still writes an answer may find the line broken first.
    assert.match((await serverCloseOf(hostUrl, peer.sid)).reason, /^transport (close|error)$/);
    // The client has finished the upgrade first, and has sent both after it.
    assert.deepEqual(frames.slice(0, 4), ["2probe", "5", "4one", "4two"]);
  });

  it("can be closed by the client although it fails", async (test) => {
    const proxy = await CuttingProxy.startFor(test, ({ kind, text }) => (kind === "frame" && text === "3probe" ? "cut-after" : undefined));
    const peer = new ClientPeer(test, variant, { url: proxy.url });
    await nextEvent(peer.socket, "upgrading");
    peer.close();
    await within(peer.upgradeFailed, "the upgrade to fail");
    // Its polling has paused by then: no goodbye is sent, and the server finds out by its ping timeout.
    assert.equal(await peer.closeReason(), "forced close");
  });

  it("can be cut short by a close of the server", async (test) => {
    const peer = new ClientPeer(test, variant);
    await peer.waitForOpen();
    const begun = nextEvent(peer.socket, "upgrading");
    peer.send("later:0:x");
    await begun;
    peer.send("close");
    assert.equal(await peer.closeReason(), "transport close");
    assert.equal((await serverCloseOf(hostUrl, peer.sid)).reason, "forced close");
  });
});
