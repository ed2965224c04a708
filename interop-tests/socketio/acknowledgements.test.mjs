// Acknowledgements in both directions: answers, timeouts, partial results, answers that come twice or too late.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { differs, unless } from "../support/behaviours.mjs";
import { SocketPeer, privateNamespace, serverRecord, together, variantsOf } from "../support/socketio-peers.mjs";
import { within } from "../support/waiting.mjs";

const timedOut = "operation has timed out";

for (const variant of variantsOf("acknowledgements")) {
  const { hasTimeout, hasPromises } = variant.generation;

  describe(`acknowledgements: ${variant.name}`, together, () => {
    it("of the server carry no, one and many arguments", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      assert.deepEqual(await peer.ask("echo-ack"), []);
      assert.deepEqual(await peer.ask("echo-ack", "one"), ["one"]);
      assert.deepEqual(await peer.ask("echo-ack", 1, null, [3], { four: 4 }), [1, null, [3], { four: 4 }]);
      assert.deepEqual(await peer.ask("give-ack", "nothing"), []);
      assert.deepEqual(await peer.ask("give-ack", "many"), [1, "two", true, null, [4], { five: 5 }, false, "eight"]);
    });

    it("of the server belong to their own question", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const late = peer.askOne("later", 30);
      const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => peer.askOne("sum", index, 1000)));
      assert.deepEqual(answers, Array.from({ length: 50 }, (_, index) => index + 1000));
      assert.equal(await late, "done");
    });

    it("of the server are sent once, however often it answers", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const answers = [];
      peer.emit("twice", (value) => answers.push(value));
      await peer.settle();
      assert.deepEqual(answers, ["first"]);
    });

    it("of the client carry no, one and many arguments", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.socket.on("question", (...args) => args.pop()(...args));
      peer.emit("ask-me", "question", 15_000);
      assert.deepEqual(await peer.next("answered"), [null]);
      peer.emit("ask-me", "question", 15_000, "one");
      assert.deepEqual(await peer.next("answered"), [null, "one"]);
      peer.emit("ask-me", "question", 0, 1, null, [3], { four: 4 });
      assert.deepEqual(await peer.next("answered"), [null, 1, null, [3], { four: 4 }]);
    });

    it("of the client that come twice count once", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.socket.on("question", (acknowledge) => {
        acknowledge("first");
        acknowledge("second");
      });
      peer.emit("ask-me", "question", 15_000);
      assert.deepEqual(await peer.next("answered"), [null, "first"]);
      await peer.settle();
      assert.equal(peer.waiting("answered"), 0);
    });

    it("of the client resolve the server's promise", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.socket.on("question", (value, acknowledge) => acknowledge(value * 2, "ignored"));
      peer.emit("ask-me-with-promise", "question", 15_000, 21);
      assert.deepEqual(await peer.next("answered"), [null, 42]);
    });

    it("of a client that never answers time out on the server", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.emit("ask-me", "nobody answers", 20);
      assert.deepEqual(await peer.next("answered"), [timedOut]);
      peer.emit("ask-me-with-promise", "nobody answers", 20, 1);
      assert.deepEqual(await peer.next("answered"), [timedOut]);
    });

    it("of a client that come too late are ignored", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      let answer;
      peer.socket.on("question", (acknowledge) => {
        answer = acknowledge;
      });
      peer.emit("ask-me", "question", 20);
      assert.deepEqual(await peer.next("answered"), [timedOut]);
      answer("too late");
      await peer.settle();
      assert.equal(peer.waiting("answered"), 0);
    });

    it("cross: the client asks while it is being asked", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.socket.on("question", async (value, acknowledge) => acknowledge(await peer.askOne("sum", value, 1)));
      peer.emit("ask-me", "question", 15_000, 41);
      assert.deepEqual(await peer.next("answered"), [null, 42]);
    });

    it("of many clients are gathered", async (test) => {
      const namespace = privateNamespace();
      const peers = await SocketPeer.connectMany(test, variant, 3, { namespace });
      peers.forEach((peer, index) => peer.socket.on("question", (value, acknowledge) => acknowledge(`${value} ${index}`)));
      const [isComplete, answers] = await peers[0].ask("ask-many", {}, "question", 15_000, "hello");
      assert.equal(isComplete, true);
      assert.deepEqual(answers.sort(), ["hello 0", "hello 1", "hello 2"]);
    });

    it("of the others are gathered", async (test) => {
      const namespace = privateNamespace();
      const peers = await SocketPeer.connectMany(test, variant, 3, { namespace });
      peers.forEach((peer, index) => peer.socket.on("question", (value, acknowledge) => acknowledge(index)));
      const [isComplete, answers] = await peers[0].ask("ask-many", { from: "socket" }, "question", 15_000, "hello");
      assert.deepEqual([isComplete, answers.sort()], [true, [1, 2]]);
    });

    it("of many clients are gathered as far as they come in time", async (test) => {
      const namespace = privateNamespace();
      const peers = await SocketPeer.connectMany(test, variant, 3, { namespace });
      peers[0].socket.on("question", (value, acknowledge) => acknowledge("zero"));
      peers[2].socket.on("question", (value, acknowledge) => acknowledge(Buffer.from([2])));
      const [isComplete, answers] = await peers[0].ask("ask-many", {}, "question", 3000, "hello");
      assert.equal(isComplete, false);
      assert.deepEqual(answers.sort((left) => (left === "zero" ? -1 : 1)), ["zero", Buffer.from([2])]);
    });

    it("of nobody are gathered at once", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      assert.deepEqual(await peer.ask("ask-many", { to: ["an empty room"] }, "question", 15_000, "hello"), [true, []]);
    });

    it("of one found client", async (test) => {
      const [first, second] = await SocketPeer.connectMany(test, variant, 2);
      second.socket.on("question", (value, acknowledge) => acknowledge(value + 1));
      assert.deepEqual(await first.ask("ask-one", second.id, "question", 15_000, 1), [null, 2]);
      assert.deepEqual(await first.ask("ask-one", second.id, "nobody answers", 20, 1), [timedOut]);
    });

    it("that the client owes after it has left harm nobody", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const asked = new Promise((resolve) => peer.socket.on("question", resolve));
      peer.emit("ask-me", "question", 50);
      const answer = await within(asked, "the question");
      const { id } = peer;
      peer.disconnect();
      answer("too late");
      assert.equal((await serverRecord(id, "disconnect")).reason, "client namespace disconnect");
    });

    const unlessDropped = { skip: differs("answersAfterLeavingAreDropped") };

    it("that the client owes after it has left leave its other namespaces alone", unlessDropped, async (test) => {
      const main = await SocketPeer.connect(test, variant);
      const chat = await main.join(test, "/chat").connected();
      const { id } = chat;
      const asked = new Promise((resolve) => chat.socket.on("question", resolve));
      chat.emit("ask-me", "question", 15_000);
      const answer = await within(asked, "the question");
      chat.disconnect();
      await serverRecord(id, "disconnect");
      answer("too late");
      assert.equal(await main.askOne("sum", 1, 2), 3);
    });

    it("that the server owes after the client has left harm nobody", async (test) => {
      const [peer, other] = await SocketPeer.connectMany(test, variant, 2);
      const { id } = peer;
      let hasAnswered = false;
      peer.emit("hold", id, () => {
        hasAnswered = true;
      });
      await peer.settle();
      peer.disconnect();
      await serverRecord(id, "disconnect");
      await other.ask("release", id, "too late");
      await other.settle();
      assert.equal(hasAnswered, false);
    });

    it("that the server never sends time out on the client", { skip: unless(hasTimeout, "came with client 4.4") }, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const error = await new Promise((resolve) => peer.socket.timeout(20).emit("never", resolve));
      assert.equal(error.message, timedOut);
      const answer = await new Promise((resolve) => peer.socket.timeout(5000).emit("sum", 1, 2, (...args) => resolve(args)));
      assert.deepEqual(answer, [null, 3]);
    });

    const withPromises = { skip: unless(hasPromises, "came with client 4.6") };

    it("resolve the client's promise", withPromises, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      assert.equal(await within(peer.socket.emitWithAck("sum", 20, 22), "the answer"), 42);
      assert.equal(await peer.socket.timeout(5000).emitWithAck("sum", 1, 2), 3);
      await assert.rejects(peer.socket.timeout(20).emitWithAck("never"), { message: timedOut });
    });

    it("that are outstanding when the client leaves are rejected by the client", withPromises, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const pending = peer.socket.emitWithAck("never");
      peer.emit("leave-me", true);
      // With a timeout the client tells of the disconnect at once, without one the promise stays open.
      const withTimeout = peer.socket.timeout(5000).emitWithAck("never");
      await assert.rejects(within(withTimeout, "the rejection"), { message: "socket has been disconnected" });
      pending.catch(() => {});
    });
  });
}
