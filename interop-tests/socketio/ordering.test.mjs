// Many numbered events each way: nothing lost, nothing twice, nothing out of order, also while the transport changes.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SocketPeer, together, variantsOf } from "../support/socketio-peers.mjs";
import { eventually } from "../support/waiting.mjs";

const many = 1000;
const numbers = (count) => Array.from({ length: count }, (_, index) => index);

/** Waits until the server has got that many numbers, and gives them. */
const reported = (peer, count) =>
  eventually(async () => {
    const received = await peer.askOne("report-numbers");
    return received.length >= count ? received : undefined;
  }, `the server to receive ${count} events`);

const firsts = (events) => events.map(([index]) => index);

for (const variant of variantsOf("ordering")) {
  describe(`ordering: ${variant.name}`, { ...together, concurrency: 3 }, () => {
    it("1,000 numbered events each way from the start", async (test) => {
      const peer = SocketPeer.start(test, variant).listen("numbered");
      await peer.connected();
      // Not waiting for an upgrade: it happens meanwhile.
      peer.emit("burst", many, 10);
      numbers(many).forEach((index) => peer.emit("numbered-up", index));
      assert.deepEqual(firsts(await peer.take("numbered", many)), numbers(many));
      assert.deepEqual(await reported(peer, many), numbers(many));
      assert.equal(peer.waiting("numbered"), 0);
    });

    it("1,000 numbered events each way, a few at a time", async (test) => {
      const peer = SocketPeer.start(test, variant).listen("numbered");
      await peer.connected();
      for (let sent = 0; sent < many; sent += 10) {
        peer.emit("burst", 10, 1);
        numbers(10).forEach((index) => peer.emit("numbered-up", sent + index));
        await new Promise((resolve) => setImmediate(resolve));
      }
      assert.deepEqual(firsts(await peer.take("numbered", many)), numbers(many).map((index) => index % 10));
      assert.deepEqual(await reported(peer, many), numbers(many));
      await peer.settle();
      assert.equal(peer.waiting("numbered"), 0);
    });

    it("1,000 events, every third with a binary value", async (test) => {
      const peer = SocketPeer.start(test, variant).listen("numbered");
      await peer.connected();
      peer.emit("mixed-burst", many);
      numbers(many).forEach((index) => peer.emit("numbered-up", index, index % 3 === 0 ? Buffer.from([index & 255]) : "text"));
      const expected = numbers(many).map((index) => [index, index % 3 === 0 ? Buffer.from([index & 255]) : "text"]);
      assert.deepEqual(await peer.take("numbered", many), expected);
      assert.deepEqual(await reported(peer, many), numbers(many));
    });

    it("large and small events", async (test) => {
      const peer = SocketPeer.start(test, variant).listen("numbered", "echo");
      await peer.connected();
      peer.emit("burst", 20, 20_000);
      numbers(60).forEach((index) => peer.emit("echo", index, "x".repeat(index % 7 === 0 ? 30_000 : 1)));
      assert.deepEqual(firsts(await peer.take("numbered", 20)), numbers(20));
      assert.deepEqual(firsts(await peer.take("echo", 60)), numbers(60));
    });

    it("events of before and after a lost connection", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.listen("echo");
      numbers(50).forEach((index) => peer.emit("echo", index));
      assert.deepEqual(firsts(await peer.take("echo", 50)), numbers(50));
      await peer.drop();
      numbers(50).forEach((index) => peer.emit("echo", index + 50));
      peer.socket.connect();
      assert.deepEqual(firsts(await peer.take("echo", 50)), numbers(50).map((index) => index + 50));
      await peer.settle();
      assert.equal(peer.waiting("echo"), 0);
    });
  });
}
