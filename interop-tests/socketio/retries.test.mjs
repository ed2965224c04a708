// The option that makes the client send again what the server has not answered, one event after the other.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { unless } from "../support/behaviours.mjs";
import { SocketPeer, together, variantsOf } from "../support/socketio-peers.mjs";
import { within } from "../support/waiting.mjs";

// In which an answer that does come is there, also while much else is going on: whoever asks again too soon asks once too often.
const longEnough = 1500;

for (const variant of variantsOf("retries")) {
  const hasRetries = { skip: unless(variant.generation.hasPromises, "came with client 4.6") };

  const connect = (test, options) => SocketPeer.connect(test, variant, { retries: 3, ackTimeout: 5000, ...options });

  /** The error and the answer of an event that is in the queue. */
  const answerTo = (peer, ...args) =>
    within(new Promise((resolve) => peer.socket.emit(...args, (error, value) => resolve([error, value]))), `the answer to ${args[0]}`);

  /** Which events the server has got since "record", by name. */
  const recorded = async (peer) => (await peer.socket.emitWithAck("stop-recording")).incoming.map(([name]) => name).slice(0, -1);

  describe(`retries: ${variant.name}`, together, () => {
    it("send again what was not answered", hasRetries, async (test) => {
      const peer = await connect(test, { ackTimeout: longEnough });
      assert.deepEqual(await answerTo(peer, "flaky", randomUUID(), 2), [null, 2]);
    });

    it("keep the order, because each event waits for the one before", hasRetries, async (test) => {
      const peer = await connect(test, { ackTimeout: longEnough });
      await answerTo(peer, "record");
      const key = randomUUID();
      const outcomes = await Promise.all([
        answerTo(peer, "sum", 1, 1),
        answerTo(peer, "flaky", key, 2),
        answerTo(peer, "echo-ack", Buffer.from([1])),
      ]);
      assert.deepEqual(outcomes, [
        [null, 2],
        [null, 2],
        [null, Buffer.from([1])],
      ]);
      assert.deepEqual(await recorded(peer), ["sum", "flaky", "flaky", "echo-ack"]);
    });

    it("give up in the end, tell so, and go on with the next event", hasRetries, async (test) => {
      const peer = await connect(test, { retries: 2, ackTimeout: 30 });
      await peer.socket.timeout(5000).emitWithAck("record");
      const failed = answerTo(peer, "never", 1);
      peer.socket.timeout(5000);
      const next = answerTo(peer, "sum", 20, 22);
      const [error] = await failed;
      assert.equal(error.message, "operation has timed out");
      assert.deepEqual(await next, [null, 42]);
      // The server has got the same event three times, and cannot tell.
      peer.socket.timeout(5000);
      assert.deepEqual(await recorded(peer), ["never", "never", "never", "sum"]);
    });

    it("end in time for an event with a timeout of its own", hasRetries, async (test) => {
      const peer = await connect(test, { retries: 1 });
      const error = await within(new Promise((resolve) => peer.socket.timeout(30).emit("never", resolve)), "the error");
      assert.equal(error.message, "operation has timed out");
    });

    it("send again what the connection was lost under", hasRetries, async (test) => {
      const peer = await connect(test, { retries: 10, ackTimeout: longEnough });
      const answer = answerTo(peer, "flaky", randomUUID(), 2);
      await peer.drop();
      peer.socket.connect();
      assert.deepEqual(await answer, [null, 2]);
    });

    it("wait for the connection, in order", hasRetries, async (test) => {
      const peer = await connect(test);
      await peer.drop();
      const answers = Array.from({ length: 5 }, (_, index) => peer.socket.emitWithAck("echo-ack", index % 2 === 0 ? Buffer.from([index]) : index));
      assert.equal(peer.socket.connected, false);
      peer.socket.connect();
      assert.deepEqual(await within(Promise.all(answers), "all answers"), [Buffer.from([0]), 1, Buffer.from([2]), 3, Buffer.from([4])]);
    });

    it("send an event of the connection handler once", hasRetries, async (test) => {
      const peer = SocketPeer.start(test, variant, { retries: 3, ackTimeout: 5000 });
      const key = randomUUID();
      const first = new Promise((resolve) => peer.socket.once("connect", () => resolve(peer.socket.emitWithAck("flaky", key, 1))));
      assert.equal(await within(first, "the first answer"), 1);
      assert.equal(await peer.socket.emitWithAck("flaky", key, 1), 2);
    });

    it("are not for volatile events, which pass by the queue", hasRetries, async (test) => {
      const peer = await connect(test);
      const held = randomUUID();
      const first = peer.socket.emitWithAck("hold", held);
      // A poll or a post may be under way: until one event passes.
      let sum;
      for (let attempt = 0; attempt < 200 && sum === undefined; attempt++) {
        peer.socket.volatile.emit("sum", 1, 2, (error, value) => {
          sum = value;
        });
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      assert.equal(sum, 3);
      const other = await SocketPeer.connect(test, variant);
      await other.ask("release", held, "released");
      assert.equal(await within(first, "the held answer"), "released");
    });
  });
}
