// How connections end, what the server writes down about it, and how a lost one is taken up again.
import assert from "node:assert/strict";
import { saw } from "../../support/behaviours.mjs";
import { CuttingProxy } from "../../support/cutting-proxy.mjs";
import { hostUrl } from "../../support/hosts.mjs";
import { journalOf, serverRecord } from "../../support/socketio-peers.mjs";
import { within } from "../../support/waiting.mjs";

async function reasonOfServer(id) {
  return (await serverRecord(id, "disconnect")).reason;
}

async function throughProxy(bench, options) {
  const proxy = await CuttingProxy.start(hostUrl);
  bench.test.after(() => proxy.stop());
  const peer = await bench.connect({ url: proxy.url, path: bench.heartbeat.path, ...options });
  return { proxy, peer };
}

/** Between two polls there may be nothing to cut. */
async function cutUntilNoticed(proxy, peer) {
  const gone = peer.disconnected();
  for (let attempt = 0; attempt < 5; attempt++) {
    proxy.cutAll();
    try {
      return await within(gone, "the client to notice", 1500);
    } catch {
      // Once more.
    }
  }
  return gone;
}

export const endings = {
  "by the client": async (bench) => {
    const peer = await bench.connect();
    await peer.settle();
    peer.disconnect();
    const client = await peer.disconnected();
    const server = await reasonOfServer(peer.id);
    // Libraries that close their connection right behind the goodbye may do so before it has been sent.
    const allowed = bench.client.hurriesAway
      ? ["client namespace disconnect", "transport close", "transport error"]
      : ["client namespace disconnect"];
    assert.ok(allowed.includes(server), server);
    saw(bench.test, { client });
  },
  "by the server, from the namespace": async (bench) => {
    const peer = await bench.connect();
    peer.emit("leave-me", false);
    saw(bench.test, { client: await peer.disconnected(), server: await reasonOfServer(peer.id) });
  },
  "by the server, the whole connection": async (bench) => {
    const peer = await bench.connect();
    peer.emit("leave-me", true);
    saw(bench.test, { client: await peer.disconnected(), server: await reasonOfServer(peer.id) });
  },
  "by the server right after an event, which still arrives": async (bench) => {
    for (const close of [false, true]) {
      const peer = await bench.connect({ listens: ["goodbye"] });
      peer.emit("say-and-leave-me", close);
      assert.deepEqual(await peer.next("goodbye"), ["last words"]);
      await peer.disconnected();
    }
  },
  "by the server's engine": async (bench) => {
    const peer = await bench.connect();
    peer.emit("close-engine");
    saw(bench.test, { client: await peer.disconnected(), server: await reasonOfServer(peer.id) });
  },
  "by the network": async (bench) => {
    const { proxy, peer } = await throughProxy(bench);
    await peer.settle();
    proxy.stop();
    const server = await reasonOfServer(peer.id);
    const allowed = bench.mode.finalTransport === "websocket" ? ["transport close"] : ["transport error", "transport close", "ping timeout"];
    assert.ok(allowed.includes(server), server);
    await peer.disconnected();
  },
  "by silence, at the server": async (bench) => {
    const { proxy, peer } = await throughProxy(bench);
    await peer.settleHeartbeat();
    proxy.goSilent();
    assert.equal(await reasonOfServer(peer.id), "ping timeout");
  },
  "show the rooms until they are done": async (bench) => {
    const peer = await bench.connect();
    await peer.ask("join", ["a room"]);
    peer.emit("leave-me", false);
    await serverRecord(peer.id, "disconnect");
    assert.deepEqual(await journalOf(peer.id), [
      { what: "connection", recovered: false },
      { what: "disconnecting", reason: "server namespace disconnect", rooms: [peer.id, "a room"].sort() },
      { what: "disconnect", reason: "server namespace disconnect" },
    ]);
  },
  "by the server's engine are followed by a new connection": async (bench) => {
    const peer = await bench.connect({ reconnection: true, listens: ["echo"] });
    const { id } = peer;
    peer.emit("close-engine");
    await peer.disconnected();
    const newId = await peer.connected();
    assert.notEqual(newId, id);
    peer.emit("echo", "here again");
    assert.deepEqual(await peer.next("echo"), ["here again"]);
  },
  "by the network are followed by a new connection": async (bench) => {
    const { proxy, peer } = await throughProxy(bench, { reconnection: true, listens: ["echo"] });
    await peer.settle();
    const { id } = peer;
    await cutUntilNoticed(proxy, peer);
    const newId = await peer.connected();
    assert.notEqual(newId, id);
    peer.emit("echo", "here again");
    assert.deepEqual(await peer.next("echo"), ["here again"]);
  },
};
