// Listeners of all kinds on the server and on the client: catch-all, once, removed ones, middlewares of events.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { unless } from "../support/behaviours.mjs";
import { SocketPeer, journalOf, privateNamespace, together, variants } from "../support/socketio-peers.mjs";

for (const variant of variants) {
  const { hasCatchAll, hasOutgoingCatchAll } = variant.generation;

  describe(`listeners: ${variant.name}`, together, () => {
    const withCatchAll = { skip: unless(hasCatchAll, "came with client 3") };
    const withOutgoingCatchAll = { skip: unless(hasOutgoingCatchAll, "came with client 4.5") };

    it("for everything see what comes in", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      await peer.ask("record");
      peer.emit("unknown", 1, { two: 2 });
      peer.emit("echo", "text");
      peer.emit("unknown with answer", () => {});
      await peer.next("echo");
      const { incoming } = await peer.askOne("stop-recording");
      assert.deepEqual(incoming, [["unknown", 1, { two: 2 }], ["echo", "text"], ["unknown with answer"], ["stop-recording"]]);
      peer.emit("echo", "after");
      await peer.next("echo");
      assert.equal((await peer.askOne("stop-recording")).incoming.length, 4);
    });

    it("for everything see what goes out, broadcasts included, answers not", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: privateNamespace() });
      await peer.ask("record");
      peer.emit("give", "nested");
      await peer.next("given");
      await peer.ask("sum", 1, 2);
      peer.listen("news");
      await peer.ask("broadcast", {}, "news", "text");
      await peer.next("news");
      const { outgoing } = await peer.askOne("stop-recording");
      assert.deepEqual(outgoing, [["given", { list: [{ deep: [[], {}] }], empty: {}, nothing: null }], ["news", "text"]]);
    });

    it("of the client for everything see what comes in", withCatchAll, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const seen = [];
      peer.socket.onAny((...args) => seen.push(args));
      peer.emit("give", "nothing");
      await peer.next("given");
      peer.emit("echo", Buffer.from([1]));
      await peer.next("echo");
      assert.deepEqual(seen, [["given"], ["echo", Buffer.from([1])]]);
    });

    it("of the client for everything see what goes out", withOutgoingCatchAll, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const seen = [];
      peer.socket.onAnyOutgoing((...args) => seen.push(args));
      peer.emit("echo", 1);
      await peer.next("echo");
      assert.deepEqual(seen, [["echo", 1]]);
    });

    it("for everything that are put in front come first, on the server", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      await peer.ask("record-order");
      peer.emit("echo", 1);
      await peer.next("echo");
      const order = await peer.askOne("report-order");
      assert.deepEqual(order.slice(0, 4), ["in, in front", "in, appended", "out, in front", "out, appended"]);
    });

    it("of the client for everything can be put in front, listed and taken away", withCatchAll, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const seen = [];
      const [first, second] = [() => seen.push("first"), () => seen.push("second")];
      peer.socket.onAny(second);
      peer.socket.prependAny(first);
      assert.deepEqual(peer.socket.listenersAny(), [first, second]);
      peer.emit("echo", 1);
      await peer.next("echo");
      peer.socket.offAny(first);
      peer.emit("echo", 2);
      await peer.next("echo");
      peer.socket.offAny();
      peer.emit("echo", 3);
      await peer.next("echo");
      assert.deepEqual(seen, ["first", "second", "second"]);
    });

    it("of the client for what goes out can be put in front and taken away", withOutgoingCatchAll, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const seen = [];
      const first = (name, value) => seen.push(["first", name, value]);
      peer.socket.onAnyOutgoing((name, value) => seen.push(["second", name, value]));
      peer.socket.prependAnyOutgoing(first);
      peer.emit("echo", Buffer.from([1]));
      await peer.next("echo");
      peer.socket.offAnyOutgoing(first);
      peer.emit("echo", "text");
      await peer.next("echo");
      assert.deepEqual(seen, [["first", "echo", Buffer.from([1])], ["second", "echo", Buffer.from([1])], ["second", "echo", "text"]]);
    });

    it("of the client hear of what was sent meanwhile when it goes out", withOutgoingCatchAll, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const seen = [];
      peer.socket.onAnyOutgoing((...args) => seen.push(args));
      await peer.drop();
      peer.listen("echo");
      peer.emit("echo", "kept");
      assert.deepEqual(seen, []);
      peer.socket.connect();
      await peer.next("echo");
      assert.deepEqual(seen, [["echo", "kept"]]);
    });

    it("for everything see binary broadcasts too", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: privateNamespace() });
      await peer.ask("record");
      peer.listen("news");
      await peer.ask("broadcast", {}, "news", Buffer.from([1, 2]));
      await peer.next("news");
      const { outgoing } = await peer.askOne("stop-recording");
      assert.deepEqual(outgoing, [["news", Buffer.from([1, 2])]]);
    });

    it("for once hear one event", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.listen("once-reached");
      peer.emit("only-once");
      peer.emit("only-once");
      await peer.settle();
      assert.equal(peer.waiting("once-reached"), 1);
    });

    it("that were taken away hear nothing", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.listen("temporary-reached");
      peer.emit("temporary");
      await peer.ask("add-temporary");
      peer.emit("temporary");
      assert.deepEqual(await peer.next("temporary-reached"), []);
      await peer.ask("remove-temporary");
      peer.emit("temporary");
      await peer.settle();
      assert.equal(peer.waiting("temporary-reached"), 0);
    });

    it("do not get an event that a middleware refuses, the error does", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.listen("forbidden-reached", "refused");
      peer.emit("forbidden", "reasons");
      assert.deepEqual(await peer.next("refused"), ["refused: reasons"]);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
      assert.equal(peer.waiting("forbidden-reached"), 0);
      const errors = (await journalOf(peer.id)).filter(({ what }) => what === "error");
      assert.deepEqual(errors, [{ what: "error", message: "refused: reasons" }]);
    });

    it("get an event when a middleware has taken its time", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      peer.emit("slowly", 20, "value");
      assert.deepEqual(await peer.next("slowly-reached"), ["value"]);
    });
  });
}
