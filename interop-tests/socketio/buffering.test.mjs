// What the client keeps while it is not connected, and what the server gets of it afterwards.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { unless } from "../support/behaviours.mjs";
import { SocketPeer, together, variantsOf } from "../support/socketio-peers.mjs";
import { within } from "../support/waiting.mjs";

for (const variant of variantsOf("buffering")) {
  const { hasTimeout, hasPromises, speaks } = variant.generation;

  async function offline(test, options) {
    const peer = await SocketPeer.connect(test, variant, options);
    await peer.drop();
    return peer;
  }

  async function comeBack(peer) {
    peer.socket.connect();
    await peer.connected();
  }

  describe(`buffering: ${variant.name}`, together, () => {
    it("keeps texts and binary values in order", async (test) => {
      const peer = await offline(test);
      peer.listen("echo");
      const values = Array.from({ length: 30 }, (_, index) => (index % 3 === 0 ? Buffer.alloc(index * 100, index) : `text ${index}`));
      values.forEach((value, index) => peer.emit("echo", index, value, { again: value }));
      assert.equal(peer.socket.sendBuffer.length, 30);
      await comeBack(peer);
      assert.deepEqual(await peer.take("echo", 30), values.map((value, index) => [index, value, { again: value }]));
      assert.equal(peer.socket.sendBuffer.length, 0);
    });

    it("keeps questions, and each gets its own answer", async (test) => {
      const peer = await offline(test);
      const answers = Array.from({ length: 20 }, (_, index) => peer.ask("echo-ack", index, Buffer.from([index])));
      await comeBack(peer);
      assert.deepEqual(await Promise.all(answers), Array.from({ length: 20 }, (_, index) => [index, Buffer.from([index])]));
    });

    it("is of each namespace of its own", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const chat = await peer.join(test, "/chat").connected();
      const gone = chat.disconnected();
      await peer.drop();
      await gone;
      [peer, chat].forEach((one) => one.listen("echo"));
      peer.emit("echo", "main");
      chat.emit("echo", "chat");
      peer.socket.connect();
      chat.socket.connect();
      assert.deepEqual([await peer.next("echo"), await chat.next("echo")], [["main"], ["chat"]]);
    });

    it("drops volatile events", { skip: unless(speaks === 5, "came with client 3") }, async (test) => {
      const peer = await offline(test);
      peer.listen("echo");
      peer.emit("echo", "lasting");
      // The engine that was lost may look ready until the client tries again.
      peer.manager.engine.transport.writable = false;
      peer.socket.volatile.emit("echo", "fleeting");
      await comeBack(peer);
      assert.deepEqual(await peer.next("echo"), ["lasting"]);
      await peer.settle();
      assert.equal(peer.waiting("echo"), 0);
    });

    it("can be emptied by the application", async (test) => {
      const peer = await offline(test);
      peer.listen("echo");
      peer.emit("echo", "forgotten");
      peer.socket.sendBuffer.length = 0;
      peer.emit("echo", "kept");
      await comeBack(peer);
      assert.deepEqual(await peer.next("echo"), ["kept"]);
      await peer.settle();
      assert.equal(peer.waiting("echo"), 0);
    });

    it("outlives the client's own goodbye", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      await peer.leave();
      peer.listen("echo");
      peer.emit("echo", "kept");
      await comeBack(peer);
      assert.deepEqual(await peer.next("echo"), ["kept"]);
    });

    it("forgets a question whose time is over", { skip: unless(hasTimeout, "came with client 4.4") }, async (test) => {
      const peer = await offline(test);
      const key = randomUUID();
      const error = await within(new Promise((resolve) => peer.socket.timeout(20).emit("flaky", key, 1, resolve)), "the error");
      assert.equal(error.message, "operation has timed out");
      await comeBack(peer);
      assert.equal(await peer.askOne("flaky", key, 1), 1);
    });

    const withPromises = { skip: unless(hasPromises, "came with client 4.6") };

    it("ends questions that were sent already with an error, if they have a time", withPromises, async (test) => {
      const peer = await SocketPeer.connect(test, variant, { ackTimeout: 5000 });
      const answers = [];
      peer.emit("never", (error) => answers.push(error.message));
      peer.socket.timeout(6000).emit("never", (error) => answers.push(error.message));
      await peer.drop();
      assert.deepEqual(answers, ["socket has been disconnected", "socket has been disconnected"]);
    });

    it("does not send a question again that was under way", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const key = randomUUID();
      let isAnswered = false;
      peer.emit("flaky", key, 2, () => {
        isAnswered = true;
      });
      await peer.settle();
      await peer.drop();
      await comeBack(peer);
      assert.equal(await peer.askOne("flaky", key, 2), 2);
      assert.equal(isAnswered, false);
    });

    it("is not needed for what the server sends: what it sends to a client that is away is gone", async (test) => {
      const [peer, other] = await SocketPeer.connectMany(test, variant, 2);
      const name = `news for ${peer.id}`;
      peer.listen(name);
      await peer.leave();
      await other.ask("broadcast", {}, name, "missed");
      await comeBack(peer);
      await other.ask("broadcast", {}, name, "live");
      assert.deepEqual(await peer.next(name), ["live"]);
      await peer.settle();
      assert.equal(peer.waiting(name), 0);
    });
  });
}
