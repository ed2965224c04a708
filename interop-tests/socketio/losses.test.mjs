// Every way in which a connection can be lost: what the client is told, and how it comes back.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { CuttingProxy } from "../support/cutting-proxy.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { SocketPeer, serverRecord, together, variantsOf } from "../support/socketio-peers.mjs";
import { eventually } from "../support/waiting.mjs";

const impatient = { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 50 };

for (const variant of variantsOf("losses")) {
  const { speaks, hasDetails } = variant.generation;
  const { finalTransport, transports } = variant.mode;
  const isOld = speaks === 4;

  async function throughProxy(test, rule, options) {
    const proxy = await CuttingProxy.start(hostUrl, rule);
    test.after(() => proxy.stop());
    return { proxy, start: () => SocketPeer.start(test, variant, { ...impatient, url: proxy.url, ...options }) };
  }

  /** Connects anew after `lose`, and talks. */
  async function comesBack(peer, lose) {
    const { id } = peer;
    const gone = peer.disconnected();
    const back = peer.nextOwn("connect");
    await lose();
    const reason = await gone;
    await back;
    assert.notEqual(peer.id, id);
    assert.equal(await peer.askOne("sum", 1, 2), 3);
    return reason;
  }

  /** Waits until the upgrade is through, where there is one. */
  const upgraded = (peer) =>
    eventually(() => peer.manager.engine.transport.name === finalTransport && !peer.manager.engine.upgrading, "the upgrade");

  describe(`losses: ${variant.name}`, together, () => {
    it("of a cable are noticed and overcome", async (test) => {
      const { proxy, start } = await throughProxy(test, undefined, { path: "/io-fast/" });
      const peer = start();
      await peer.connected();
      await upgraded(peer);
      const reason = await comesBack(peer, async () => {
        proxy.goSilent();
        peer.socket.once("disconnect", () => proxy.speakAgain());
      });
      assert.equal(reason, "ping timeout");
    });

    it("of a poll that waits", { skip: unless(finalTransport === "polling", "polling alone") }, async (test) => {
      let waiting = 0;
      const { proxy, start } = await throughProxy(test, ({ kind, head }) => {
        waiting += kind === "request" && head.startsWith("GET") ? 1 : 0;
      });
      const peer = start();
      await peer.connected();
      await peer.settle();
      assert.equal(await comesBack(peer, () => eventually(() => (proxy.cutAll(), !peer.socket.connected), "the loss")), "transport error");
      assert.ok(waiting > 1);
    });

    it("to a proxy that answers with an error", { skip: unless(finalTransport === "polling", "polling alone") }, async (test) => {
      let isBroken = false;
      const { start } = await throughProxy(test, ({ kind }) => (kind === "request" && isBroken ? "refuse" : undefined));
      const peer = start();
      await peer.connected();
      await peer.settle();
      const details = new Promise((resolve) => peer.socket.once("disconnect", (_, value) => resolve(value)));
      const reason = await comesBack(peer, async () => {
        isBroken = true;
        peer.emit("echo", "into the proxy");
        peer.socket.once("disconnect", () => {
          isBroken = false;
        });
      });
      assert.equal(reason, "transport error");
      const { message, description } = (await details) ?? {};
      if (hasDetails) {
        assert.equal(description, 502);
      }
      saw(test, [reason, hasDetails ? message.replace("post", "poll") : null]);
    });

    it("to the server's engine", async (test) => {
      const { start } = await throughProxy(test);
      const peer = start();
      await peer.connected();
      await upgraded(peer);
      const { id } = peer;
      const reason = await comesBack(peer, async () => peer.emit("close-engine"));
      assert.equal(reason, "transport close");
      saw(test, [reason, (await serverRecord(id, "disconnect")).reason]);
    });

    it("by the client's own engine", async (test) => {
      const { start } = await throughProxy(test);
      const peer = start();
      await peer.connected();
      await upgraded(peer);
      assert.equal(await comesBack(peer, async () => peer.manager.engine.close()), "forced close");
    });

    it("of the answer to the first request", async (test) => {
      let attempts = 0;
      const { start } = await throughProxy(test, ({ kind }) => (kind === "answer" && ++attempts <= 2 ? "cut-before" : undefined));
      const peer = start();
      await peer.nextOwn("connect");
      assert.equal(await peer.askOne("sum", 1, 2), 3);
      assert.ok(attempts > 2);
    });

    it("of the connection while it is upgraded", { skip: unless(transports.length > 1, "nothing to upgrade") }, async (test) => {
      let cuts = 0;
      const { start } = await throughProxy(test, ({ kind, direction }) =>
        kind === "frame" && direction === "down" && cuts++ === 0 ? "cut-before" : undefined,
      );
      const peer = start();
      await peer.nextOwn("connect");
      // The answer to the probe is lost: the client goes on polling, and nothing else is lost.
      await eventually(() => cuts > 0, "the probe");
      assert.equal(await peer.askOne("sum", 1, 2), 3);
      assert.equal((await peer.askOne("facts")).transport, "polling");
    });

    it("of the WebSocket right after the upgrade", { skip: unless(transports.length > 1, "nothing to upgrade") }, async (test) => {
      let cuts = 0;
      const { start } = await throughProxy(test, ({ kind, direction, text }) =>
        kind === "frame" && direction === "up" && text === "5" && cuts++ === 0 ? "cut-after" : undefined,
      );
      const peer = start();
      const first = await peer.nextOwn("connect").then(() => peer.id);
      const gone = peer.disconnected();
      assert.equal(await gone, "transport close");
      await peer.nextOwn("connect");
      assert.notEqual(peer.id, first);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("that the server has meant are final", async (test) => {
      const peer = await SocketPeer.connect(test, variant, impatient);
      const attempts = [];
      peer.manager.on("reconnect_attempt", () => attempts.push("attempt"));
      const gone = peer.disconnected();
      peer.emit("leave-me", true);
      assert.equal(await gone, "io server disconnect");
      if (!isOld) {
        assert.equal(peer.socket.active, false);
      }
      const other = await SocketPeer.connect(test, variant);
      await other.askOne("later", 60);
      saw(test, attempts.length);
      assert.equal(peer.socket.connected, false);
    });

    it("stop to matter when the client no longer wants to come back", async (test) => {
      const { proxy, start } = await throughProxy(test);
      const peer = start();
      await peer.connected();
      peer.manager.reconnection(false);
      const gone = peer.disconnected();
      await eventually(() => (proxy.cutAll(), !peer.socket.connected), "the loss");
      await gone;
      const other = await SocketPeer.connect(test, variant);
      await other.askOne("later", 100);
      assert.equal(peer.socket.connected, false);
      peer.manager.reconnection(true);
      peer.socket.connect();
      await peer.connected();
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("are followed by credentials of the day", { skip: unless(!isOld, "client 2 has them in its address") }, async (test) => {
      const { proxy, start } = await throughProxy(test);
      const peer = start();
      peer.socket.auth = { token: "old" };
      await peer.connected();
      await upgraded(peer);
      const before = (await peer.askOne("handshake")).auth;
      peer.socket.auth = { token: "new" };
      await comesBack(peer, () => eventually(() => (proxy.cutAll(), !peer.socket.connected), "the loss"));
      assert.deepEqual([before, (await peer.askOne("handshake")).auth], [{ token: "old" }, { token: "new" }]);
    });
  });
}
