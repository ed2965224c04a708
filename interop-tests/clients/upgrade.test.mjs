// The way from polling to WebSocket while messages flow in both directions.
import assert from "node:assert/strict";
import { afterEach, describe, it } from "node:test";
import { ClientPeer, closeAllPeers, generations } from "../support/clients.mjs";
import { nextEvent, within } from "../support/waiting.mjs";

const both = ["polling", "websocket"];
const numbers = (count) => Array.from({ length: count }, (_, index) => String(index));

for (const generation of generations) {
  describe(`${generation.name}, upgrade`, () => {
    afterEach(closeAllPeers);

    it("loses, doubles and reorders none of 1,000 messages sent before, during and after it", async () => {
      const peer = new ClientPeer(generation, { transports: both });
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

    it("loses, doubles and reorders none of 1,000 messages that the server streams across it", async () => {
      const peer = new ClientPeer(generation, { transports: both });
      let receivedBefore = 0;
      let received = 0;
      peer.socket.on("message", () => received++);
      peer.socket.on("upgrade", () => {
        receivedBefore = received;
      });
      await peer.waitForOpen();
      peer.send("stream:1000:5");
      assert.deepEqual(await peer.messages.take(1000), numbers(1000));
      assert.ok(receivedBefore > 0 && receivedBefore < 1000, `the upgrade came after ${receivedBefore} messages`);
      assert.equal(await peer.echo("transport"), "websocket");
      assert.equal(peer.messages.waiting, 0);
    });

    it("loses none when both directions are busy with text and binary", async () => {
      const peer = new ClientPeer(generation, { transports: both });
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

    it("does not happen when the client does not want it", async () => {
      const peer = new ClientPeer(generation, { transports: both, upgrade: false });
      await peer.waitForOpen();
      await peer.echo("hello");
      assert.equal(await peer.echo("transport"), "polling");
    });

    it("does not happen when the server offers none", async () => {
      const peer = new ClientPeer(generation, { transports: both, path: "/noupgrade/" });
      const [handshake] = await nextEvent(peer.socket, "handshake");
      assert.deepEqual(handshake.upgrades, []);
      await peer.waitForOpen();
      await peer.echo("hello");
      assert.equal(await peer.echo("transport"), "polling");
    });

    it("can be closed by the client while it runs", async () => {
      const peer = new ClientPeer(generation, { transports: both });
      await nextEvent(peer.socket, "upgrading");
      peer.close();
      assert.equal(await peer.closeReason(), "forced close");
    });
  });
}
