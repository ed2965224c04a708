// How connections end, and what each side is told.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { differs, unless } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { expected } from "../support/host-expectations.mjs";
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

  async function throughProxy(test, options) {
    const proxy = await CuttingProxy.start(hostUrl);
    test.after(() => proxy.stop());
    const peer = await SocketPeer.connect(test, variant, { url: proxy.url, path: "/io-fast/", ...options });
    return { proxy, peer };
  }

  describe(`disconnecting: ${variant.name}`, together, () => {
    it("by the client", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      assert.deepEqual(await reasons(peer, () => peer.disconnect()), {
        client: "io client disconnect",
        // With its last namespace the client ends the connection too; its packet comes first.
        server: "client namespace disconnect",
      });
    });

    it("by the server, from the namespace", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      assert.deepEqual(await reasons(peer, () => peer.emit("leave-me", false)), {
        client: "io server disconnect",
        server: "server namespace disconnect",
      });
    });

    it("by the server, the whole connection", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const chat = await peer.join(test, "/chat").connected();
      const chatReasons = reasons(chat, () => {});
      const both = { client: "io server disconnect", server: "server namespace disconnect" };
      assert.deepEqual(await reasons(peer, () => peer.emit("leave-me", true)), both);
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
      assert.deepEqual(await reasons(peer, () => peer.emit("close-engine")), { client: "transport close", server: "forced close" });
    });

    it("by the client's engine", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const { client, server } = await reasons(peer, () => peer.manager.engine.close());
      assert.equal(client, "forced close");
      assert.ok(ownClose.includes(server), server);
    });

    it("by the network", async (test) => {
      const { proxy, peer } = await throughProxy(test);
      await peer.settle();
      const { client, server } = await reasons(peer, () => proxy.stop());
      if (variant.mode.finalTransport === "websocket") {
        assert.deepEqual([client, server], ["transport close", "transport close"]);
      } else {
        // Without a poll at that moment, the server notices by the missing heartbeat.
        assert.equal(client, "transport error");
        assert.ok(["transport error", "ping timeout"].includes(server), server);
      }
    });

    it("by silence", async (test) => {
      const { proxy, peer } = await throughProxy(test);
      const { id } = peer;
      await peer.settle();
      const gone = peer.disconnected();
      proxy.goSilent();
      assert.equal(await gone, "ping timeout");
      if (!isOld || variant.mode.transports.length === 1 || expected.silenceAfterAnUpgradeOfVersion2IsNoticed) {
        assert.equal((await serverRecord(id, "disconnect")).reason, "ping timeout");
      }
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
    it("by the server can be followed by a new attempt", { skip: unless(!isOld, "client 2 never asks for the main namespace again") }, async (test) => {
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
