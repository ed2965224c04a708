// Connection state recovery with the client that knows it: what was missed comes, rooms and data are there again.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { expectedOf } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { SocketPeer, latestVariants, privateNamespace, serverRecord, together, journalOf } from "../support/socketio-peers.mjs";
import { eventually } from "../support/waiting.mjs";

/** The arguments without the offset that the server has appended. */
const withoutOffset = (args) => {
  assert.equal(typeof args.at(-1), "string");
  return args.slice(0, -1);
};

for (const variant of latestVariants) {
  /** A client that may be dropped, and another one that stays; the first has got an event. */
  async function pair(test, options = {}) {
    const namespace = privateNamespace();
    const all = { namespace, path: "/io-recovery/", ...options };
    const [peer, other] = await SocketPeer.connectMany(test, variant, 2, all);
    peer.listen("news");
    peer.emit("echo", "first");
    assert.deepEqual(withoutOffset(await peer.next("echo")), ["first"]);
    return { peer, other, id: peer.id };
  }

  /** Drops the connection; comes back when the server knows. */
  async function drop(peer) {
    const { id } = peer;
    await peer.drop();
    await serverRecord(id, "disconnect");
  }

  async function comeBack(peer) {
    peer.socket.connect();
    await peer.connected();
  }

  describe(`recovery: ${variant.name}`, together, () => {
    it("brings what was missed, in order", async (test) => {
      const { peer, other, id } = await pair(test);
      assert.equal(peer.socket.recovered, false);
      await drop(peer);
      const missed = ["one", { two: 2 }, Buffer.from([3]), null, { deep: [Buffer.from([4]), Buffer.from([])] }, "six"];
      for (const value of missed) {
        await other.ask("broadcast", {}, "news", value);
      }
      await comeBack(peer);
      assert.equal(peer.socket.recovered, true);
      assert.equal(peer.id, id);
      assert.deepEqual((await peer.take("news", missed.length)).map(withoutOffset), missed.map((value) => [value]));
      await other.ask("broadcast", {}, "news", "live");
      assert.deepEqual(withoutOffset(await peer.next("news")), ["live"]);
      await peer.settle();
      assert.equal(peer.waiting("news"), 0);
    });

    it("brings back rooms and data", async (test) => {
      const { peer, other } = await pair(test);
      await peer.ask("join", ["a", "b"]);
      await peer.ask("set-data", "name", "kept");
      await peer.ask("set-data", "nested", { list: [1, "two", null] });
      const before = await peer.askOne("facts");
      await drop(peer);
      assert.deepEqual(await other.askOne("fetch-sockets", { to: ["a"] }), []);
      await comeBack(peer);
      const after = await peer.askOne("facts");
      assert.deepEqual(
        { ...after, transport: variant.mode.finalTransport },
        { ...before, recovered: true, transport: variant.mode.finalTransport },
      );
      await other.ask("broadcast", { to: ["b"] }, "news", "to b");
      assert.deepEqual(withoutOffset(await peer.next("news")), ["to b"]);
    });

    it("brings only what the client would have got", async (test) => {
      const { peer, other, id } = await pair(test);
      await peer.ask("join", ["a", "b"]);
      await drop(peer);
      const sent = [
        ["everybody", {}, true],
        ["a", { to: ["a"] }, true],
        ["a and b", { to: ["a", "b"] }, true],
        ["its own room", { to: [id] }, true],
        ["c", { to: ["c"] }, false],
        ["everybody but a", { except: ["a"] }, false],
        ["everybody but c", { except: ["c"] }, true],
        ["a but b", { to: ["a"], except: ["b"] }, false],
        ["others", { from: "socket" }, true],
        ["local", { flags: ["local"] }, true],
        ["volatile", { flags: ["volatile"] }, false],
      ];
      for (const [value, target] of sent) {
        await other.ask("broadcast", target, "news", value);
      }
      await comeBack(peer);
      await peer.settle();
      const received = (await peer.take("news", peer.waiting("news"))).map(([value]) => value);
      assert.deepEqual(received, sent.filter(([, , isMissed]) => isMissed).map(([value]) => value));
    });

    it("brings nothing twice over several losses", async (test) => {
      const { peer, other, id } = await pair(test);
      const received = [];
      peer.socket.on("news", (value) => received.push(value));
      for (let round = 0; round < 4; round++) {
        await other.ask("broadcast", {}, "news", `live ${round}`);
        // An event that the client has read but not yet handed on when it loses its connection does not move its offset: it would come twice.
        await eventually(() => received.includes(`live ${round}`), "the live event");
        await drop(peer);
        await other.ask("broadcast", {}, "news", `missed ${round}`);
        await comeBack(peer);
        assert.deepEqual([peer.socket.recovered, peer.id], [true, id]);
        await peer.settle();
      }
      assert.deepEqual(received, [0, 1, 2, 3].flatMap((round) => [`live ${round}`, `missed ${round}`]));
    });

    it("goes on with events and answers in both directions", async (test) => {
      const { peer } = await pair(test);
      await drop(peer);
      const answer = peer.askOne("sum", 20, 22);
      await comeBack(peer);
      assert.equal(await answer, 42);
      peer.socket.on("question", (value, acknowledge) => acknowledge(value + 1));
      peer.emit("ask-me", "question", 15_000, 1);
      assert.deepEqual((await peer.next("answered")).slice(0, 2), [null, 2]);
    });

    it("happens by itself with a client that reconnects", async (test) => {
      const { peer, other, id } = await pair(test, { reconnection: true, reconnectionDelay: 50, reconnectionDelayMax: 50 });
      const back = new Promise((resolve) => peer.socket.once("connect", resolve));
      peer.manager.engine.close();
      await other.ask("broadcast", {}, "news", "missed or live");
      await back;
      assert.deepEqual([peer.socket.recovered, peer.id], [true, id]);
      assert.deepEqual(withoutOffset(await peer.next("news")), ["missed or live"]);
    });

    it("happens after a network failure", async (test) => {
      const proxy = await CuttingProxy.start(hostUrl);
      test.after(() => proxy.stop());
      const { peer, other, id } = await pair(test, { url: proxy.url, path: "/io-recovery-fast/" });
      const gone = peer.disconnected();
      const cutting = setInterval(() => proxy.cutAll(), 5);
      await gone.finally(() => clearInterval(cutting));
      await serverRecord(id, "disconnect");
      const watcher = await SocketPeer.connect(test, variant, { namespace: other.socket.nsp, path: "/io-recovery-fast/" });
      await watcher.ask("broadcast", {}, "news", "missed");
      await comeBack(peer);
      assert.deepEqual([peer.socket.recovered, peer.id], [true, id]);
      assert.deepEqual(withoutOffset(await peer.next("news")), ["missed"]);
    });

    it("happens after the server has closed the connection", async (test) => {
      const { peer, other, id } = await pair(test);
      const gone = peer.disconnected();
      peer.emit("close-engine");
      assert.equal(await gone, "transport close");
      await serverRecord(id, "disconnect");
      await other.ask("broadcast", {}, "news", "missed");
      await comeBack(peer);
      assert.deepEqual([peer.socket.recovered, peer.id], [true, id]);
      assert.deepEqual(withoutOffset(await peer.next("news")), ["missed"]);
    });

    it("is of each namespace of its own", async (test) => {
      const { peer, other } = await pair(test);
      const second = await peer.join(test, privateNamespace()).connected();
      second.emit("echo", "first");
      await second.next("echo");
      const ids = [peer.id, second.id];
      await drop(peer);
      await other.ask("broadcast", {}, "news", "missed");
      await Promise.all([comeBack(peer), comeBack(second)]);
      assert.deepEqual([peer.id, second.id], ids);
      assert.deepEqual([peer.socket.recovered, second.socket.recovered], [true, true]);
      assert.deepEqual(withoutOffset(await peer.next("news")), ["missed"]);
    });

    for (const [name, leave] of Object.entries({
      "the client has left": (peer) => peer.leave(),
      "the server has said goodbye": async (peer) => {
        const closed = peer.closed();
        peer.emit("leave-me", false);
        await closed;
      },
    })) {
      it(`does not happen when ${name}`, async (test) => {
        const { peer, other, id } = await pair(test);
        await peer.ask("set-data", "name", "kept");
        await leave(peer);
        await serverRecord(id, "disconnect");
        await other.ask("broadcast", {}, "news", "missed");
        await comeBack(peer);
        assert.equal(peer.socket.recovered, false);
        assert.notEqual(peer.id, id);
        assert.deepEqual((await peer.askOne("facts")).data, {});
        assert.equal(peer.waiting("news"), 0);
      });
    }

    it("does not happen when too much time has passed", async (test) => {
      const { peer, other, id } = await pair(test, { path: "/io-recovery-short/" });
      await drop(peer);
      await other.askOne("later", 200);
      await comeBack(peer);
      assert.deepEqual([peer.socket.recovered, peer.id === id], [false, false]);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("does not happen with foreign credentials", async (test) => {
      const { peer } = await pair(test);
      const stranger = await SocketPeer.connect(test, variant, {
        namespace: peer.socket.nsp,
        path: "/io-recovery/",
        auth: { pid: "nobody", offset: "nothing" },
      });
      assert.equal(stranger.socket.recovered, false);
      assert.notEqual(stranger.id, peer.id);
    });

    it("skips the middlewares", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: "/guarded", path: "/io-recovery/", auth: { token: "secret" } });
      peer.emit("echo", "first");
      await peer.next("echo");
      await drop(peer);
      peer.socket.auth = { token: "forgotten" };
      await comeBack(peer);
      assert.equal(peer.socket.recovered, true);
    });

    it("does not skip the middlewares where it shall not", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: "/guarded", path: "/io-recovery-strict/", auth: { token: "secret" } });
      const { id } = peer;
      peer.emit("echo", "first");
      await peer.next("echo");
      await drop(peer);
      peer.socket.auth = { token: "forgotten" };
      const refusal = peer.refusal();
      peer.socket.connect();
      assert.equal((await refusal).message, "not authorized");
      peer.socket.auth = { token: "secret" };
      await comeBack(peer);
      assert.equal(typeof peer.socket.recovered, "boolean");
      assert.equal((await journalOf(peer.id)).at(-1).recovered ?? peer.socket.recovered, peer.socket.recovered);
      assert.equal(await peer.askOne("sum", id.length, 1), 21);
    });

    it("appends an offset to what can be missed, and to nothing else", async (test) => {
      const { peer } = await pair(test);
      peer.emit("echo", "text");
      assert.equal((await peer.next("echo")).length, 2);
      peer.socket.on("question", (...args) => args.at(-1)(args.length));
      peer.emit("ask-me", "question", 15_000, "value");
      assert.deepEqual((await peer.next("answered")).slice(0, 2), [null, 2]);
      assert.deepEqual(await peer.ask("echo-ack", "text"), ["text"]);
    });

    it("survives a volatile event that ends with a text", async (test) => {
      const { peer, other, id } = await pair(test);
      // Dropped while no poll is held, so it is sent until it gets through.
      peer.listen("fleeting");
      await eventually(async () => {
        await other.ask("broadcast", { to: [id], flags: ["volatile"] }, "fleeting", "a text");
        await peer.settle();
        return peer.waiting("fleeting") > 0;
      }, "the volatile event");
      await drop(peer);
      await other.ask("broadcast", {}, "news", "missed");
      await comeBack(peer);
      const isKept = expectedOf(test, "volatileEventsKeepTheOffset");
      assert.equal(peer.socket.recovered, isKept);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
      assert.deepEqual(peer.waiting("news") > 0 ? withoutOffset(await peer.next("news")) : [], isKept ? ["missed"] : []);
    });

    it("of a client that has got nothing yet", async (test) => {
      const namespace = privateNamespace();
      const [peer, other] = await SocketPeer.connectMany(test, variant, 2, { namespace, path: "/io-recovery/" });
      peer.listen("news");
      await drop(peer);
      await other.ask("broadcast", {}, "news", "missed");
      await comeBack(peer);
      const isResumed = expectedOf(test, "resumesWithoutAnOffset");
      assert.equal(peer.socket.recovered, isResumed);
      await peer.settle();
      assert.equal(peer.waiting("news"), isResumed ? 1 : 0);
    });
  });
}
