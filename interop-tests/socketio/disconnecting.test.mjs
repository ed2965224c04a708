// How connections end, and what each side is told.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { differs, expectedOf, saw, unless } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { SocketPeer, journalOf, privateNamespace, serverRecord, together, variantsOf } from "../support/socketio-peers.mjs";

for (const variant of variantsOf("disconnecting")) {
  const isOld = variant.generation.speaks === 4;

  // A client that polls may drop its poll before its packet of goodbye has arrived.
  const ownClose = variant.mode.finalTransport === "polling" ? ["transport close", "transport error"] : ["transport close"];

  /** Both reasons: the client's and the server's. */
  async function reasons(peer, leave) {
    const { id } = peer;
    const gone = peer.disconnected();
    await leave();
    return { client: await gone, server: (await serverRecord(id, "disconnect")).reason };
  }

  /** The same, and the result table compares them with Node's. */
  async function comparedReasons(test, peer, leave) {
    const both = await reasons(peer, leave);
    saw(test, both);
    return both;
  }

  async function throughProxy(test, options) {
    const proxy = await CuttingProxy.start(hostUrl);
    test.after(() => proxy.stop());
    const peer = await SocketPeer.connect(test, variant, { url: proxy.url, path: "/io-fast/", ...options });
    return { proxy, peer };
  }

  describe(`disconnecting: ${variant.name}`, together, () => {
    it("by the client", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      assert.deepEqual(await comparedReasons(test, peer, () => peer.disconnect()), {
        client: "io client disconnect",
        // With its last namespace the client ends the connection too; its packet comes first.
        server: "client namespace disconnect",
      });
    });

    it("by the server, from the namespace", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      assert.deepEqual(await comparedReasons(test, peer, () => peer.emit("leave-me", false)), {
        client: "io server disconnect",
        server: "server namespace disconnect",
      });
    });

    it("by the server, the whole connection", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const chat = await peer.join(test, "/chat").connected();
      const chatReasons = reasons(chat, () => {});
      const both = { client: "io server disconnect", server: "server namespace disconnect" };
      assert.deepEqual(await comparedReasons(test, peer, () => peer.emit("leave-me", true)), both);
      assert.deepEqual(await chatReasons, both);
    });

    it("by the server right after an event, which still arrives", async (test) => {
      for (const close of [false, true]) {
        const peer = await SocketPeer.connect(test, variant);
        peer.listen("goodbye");
        const gone = peer.disconnected();
        peer.emit("say-and-leave-me", close);
        assert.equal(await gone, "io server disconnect");
        assert.deepEqual(await peer.next("goodbye"), ["last words"]);
      }
    });

    it("by the server's engine", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      assert.deepEqual(await comparedReasons(test, peer, () => peer.emit("close-engine")), { client: "transport close", server: "forced close" });
    });

    it("by the client's engine", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const { client, server } = await reasons(peer, () => peer.manager.engine.close());
      assert.equal(client, "forced close");
      assert.ok(ownClose.includes(server), server);
    });

    it("by the network", async (test) => {
      const { proxy, peer } = await throughProxy(test, { path: variant.generation.path });
      await peer.isReachable(test);
      const both = await comparedReasons(test, peer, () => proxy.stop());
      const reason = variant.mode.finalTransport === "websocket" ? "transport close" : "transport error";
      assert.deepEqual(both, { client: reason, server: reason });
    });

    it("by silence", async (test) => {
      const { proxy, peer } = await throughProxy(test);
      const { id } = peer;
      await peer.settleHeartbeat();
      const gone = peer.disconnected();
      proxy.goSilent();
      assert.equal(await gone, "ping timeout");
      if (!isOld || variant.mode.transports.length === 1 || expectedOf(test, "silenceAfterAnUpgradeOfVersion2IsNoticed")) {
        assert.equal((await serverRecord(id, "disconnect")).reason, "ping timeout");
      }
      saw(test, "ping timeout");
    });

    it("by a message that is too large", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { path: "/io-small/" });
      await peer.isReachable(test);
      const { client } = await comparedReasons(test, peer, () => peer.emit("echo", "x".repeat(20_000)));
      assert.equal(client, variant.mode.finalTransport === "websocket" ? "transport close" : "transport error");
    });

    it("by a packet that is none", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      await peer.isReachable(test);
      const { client } = await comparedReasons(test, peer, () => peer.manager.engine.write("abc"));
      assert.equal(client, "transport close");
    });

    it("by an event that came before its namespace", { skip: unless(!isOld, "the server puts client 2 into the main namespace") }, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      await peer.isReachable(test);
      const { client } = await comparedReasons(test, peer, () => peer.manager.engine.write('2/chat,["echo"]'));
      assert.equal(client, "transport close");
    });

    it("by a second request for the same namespace", { skip: unless(!isOld, "the server puts client 2 into the main namespace") }, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      await peer.isReachable(test);
      const { client } = await comparedReasons(test, peer, () => peer.manager.engine.write("0"));
      assert.equal(client, "transport close");
    });

    const withDetails = { skip: unless(variant.generation.hasDetails, "came with client 4.5") };

    it("tells the client details of a connection that is lost", withDetails, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      await peer.isReachable(test);
      const gone = peer.nextOwn("disconnect");
      peer.emit("close-engine");
      const [reason, details] = await gone;
      saw(test, [reason, details?.description?.message ?? details?.description ?? null, details?.context?.status ?? details?.context?.code ?? null]);
      assert.equal(reason, "transport close");
    });

    const whereMiddlewaresComeFirst = { skip: unless(!isOld, "client 2 is in the main namespace first") };

    it("before a middleware lets the client in, which is then no client", whereMiddlewaresComeFirst, async (test) => {
      const key = randomUUID();
      const peer = SocketPeer.start(test, variant, { namespace: "/closing", auth: { key } });
      const seen = [];
      peer.socket.on("connect", () => seen.push("connect"));
      assert.equal(await peer.closed(), "transport close");
      await serverRecord(key, "let in");
      assert.deepEqual([seen, await journalOf(key)], [[], [{ what: "let in" }]]);
    });

    it("leaves the rooms, and a room that is joined too late is not joined", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const { id } = peer;
      await peer.ask("join", ["a room"]);
      peer.emit("leave-and-join", "too late");
      assert.deepEqual((await serverRecord(id, "joined too late")).rooms, []);
      const other = await SocketPeer.connect(test, variant);
      assert.deepEqual(await other.askOne("fetch-sockets", { to: ["too late"] }), []);
    });

    it("takes the id away, and gives another one with the next connection", { skip: unless(!isOld, "client 2 keeps its last id") }, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const { id } = peer;
      await peer.drop();
      assert.equal(peer.socket.id, undefined);
      peer.socket.connect();
      await peer.connected();
      assert.notEqual(peer.socket.id, id);
      assert.equal((await peer.askOne("facts")).id, peer.socket.id);
    });

    it("of one client leaves others of the same page alone", async (test) => {
      const [leaving, staying] = await SocketPeer.connectMany(test, variant, 2);
      leaving.disconnect();
      const coming = await SocketPeer.connect(test, variant);
      assert.deepEqual(await Promise.all([staying.askOne("sum", 1, 1), coming.askOne("sum", 2, 2)]), [2, 4]);
    });

    it("of every namespace when the connection is lost", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const others = [peer.join(test, "/chat"), peer.join(test, privateNamespace())];
      await Promise.all(others.map((other) => other.connected()));
      const ended = others.map((other) => reasons(other, () => {}));
      peer.manager.engine.close();
      for (const { client, server } of await Promise.all(ended)) {
        assert.equal(client, "forced close");
        assert.ok(ownClose.includes(server), server);
      }
    });

    it("shows the rooms until it is done", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const { id } = peer;
      await peer.ask("join", ["a room"]);
      peer.disconnect();
      await serverRecord(id, "disconnect");
      assert.deepEqual(await journalOf(id), [
        { what: "connection", recovered: false },
        { what: "disconnecting", reason: "client namespace disconnect", rooms: [id, "a room"].sort() },
        { what: "disconnect", reason: "client namespace disconnect" },
      ]);
    });

    it("does not lose what was sent before", { skip: differs("eventsBeforeALeaveRun") }, async (test) => {
      const [peer, other] = await SocketPeer.connectMany(test, variant, 2, { namespace: privateNamespace() });
      other.listen("news");
      peer.emit("broadcast", {}, "news", "last words", () => {});
      peer.disconnect();
      assert.deepEqual(await other.next("news"), ["last words"]);
    });

    it("is followed by nothing more", async (test) => {
      const [peer, other] = await SocketPeer.connectMany(test, variant, 2, { namespace: privateNamespace() });
      const { id } = peer;
      peer.listen("news");
      const gone = peer.disconnected();
      peer.emit("leave-me", false);
      await gone;
      await other.ask("broadcast", {}, "news", "too late");
      assert.equal(peer.waiting("news"), 0);
      assert.deepEqual(await other.askOne("fetch-sockets", { to: [id] }), []);
    });

    it("and connecting again gives a new socket", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const { id } = peer;
      await peer.ask("set-data", "name", "first");
      await peer.leave();
      peer.socket.connect();
      await peer.connected();
      assert.notEqual(peer.id, id);
      assert.deepEqual((await peer.askOne("facts")).data, {});
    });

    // A client of version 2 is in the main namespace from the start and never asks for it again.
    const whereTheMainNamespaceIsAsked = { skip: unless(!isOld, "client 2 never asks for the main namespace again") };
    it("by the server can be followed by a new attempt", whereTheMainNamespaceIsAsked, async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const closed = peer.closed();
      peer.emit("leave-me", false);
      await closed;
      peer.socket.connect();
      await peer.connected();
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });
  });
}
