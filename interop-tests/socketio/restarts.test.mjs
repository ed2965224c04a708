// A server that goes away and comes back at the same address: what both sides are told, and what goes on afterwards.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { saw, unless } from "../support/behaviours.mjs";
import { ExtraServer } from "../support/extra-server.mjs";
import { SocketPeer, serverRecord, together, variantsOf } from "../support/socketio-peers.mjs";
import { eventually } from "../support/waiting.mjs";

const impatient = { reconnection: true, reconnectionDelay: 20, reconnectionDelayMax: 50 };

for (const variant of variantsOf("restarts of the server")) {
  const isOld = variant.generation.speaks === 4;

  async function connect(test, options) {
    const server = await ExtraServer.start(test);
    const peer = await SocketPeer.connect(test, variant, { url: server.url, path: "/socket.io/", ...options });
    return { server, peer };
  }

  describe(`restarts of the server: ${variant.name}`, together, () => {
    it("tell both sides why they part", async (test) => {
      const { server, peer } = await connect(test);
      const chat = await peer.join(test, "/chat").connected();
      const ids = [peer.id, (await chat.askOne("facts")).id];
      await peer.isReachable(test);
      const gone = [peer.disconnected(), chat.disconnected()];
      await server.stop();
      const clients = await Promise.all(gone);
      const servers = await Promise.all(ids.map(async (id) => (await serverRecord(id, "disconnect")).reason));
      assert.deepEqual(clients, ["transport close", "transport close"]);
      assert.deepEqual(servers, ["server shutting down", "server shutting down"]);
      saw(test, { clients, servers });
    });

    it("are over when the client comes back by itself", async (test) => {
      const { server, peer } = await connect(test, impatient);
      const { id } = peer;
      const gone = peer.disconnected();
      await server.stop();
      await gone;
      const back = peer.nextOwn("connect");
      await eventually(() => peer.manager.backoff.attempts > 0, "an attempt");
      assert.equal(peer.socket.connected, false);
      await server.startAgain();
      await back;
      assert.notEqual(peer.id, id);
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("lose nothing that the client sends meanwhile", async (test) => {
      const { server, peer } = await connect(test, impatient);
      const gone = peer.disconnected();
      await server.stop();
      await gone;
      peer.listen("echo");
      for (let index = 0; index < 10; index++) {
        peer.emit("echo", index, Buffer.from([index]));
      }
      const answer = peer.askOne("sum", 20, 22);
      await server.startAgain();
      assert.deepEqual(await peer.take("echo", 10), Array.from({ length: 10 }, (_, index) => [index, Buffer.from([index])]));
      assert.equal(await answer, 42);
    });

    it("that come too late are not waited for", async (test) => {
      const { server, peer } = await connect(test, { ...impatient, reconnectionAttempts: 2 });
      const seen = [];
      for (const event of ["reconnect_attempt", "reconnect_failed", "reconnect"]) {
        peer.manager.on(event, () => seen.push(event));
      }
      await server.stop();
      await eventually(() => seen.includes("reconnect_failed"), "the client to give up");
      assert.deepEqual(seen, ["reconnect_attempt", "reconnect_attempt", "reconnect_failed"]);
      await server.startAgain();
      peer.socket.connect();
      await peer.connected();
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("bring every namespace back, each with a new socket", async (test) => {
      const { server, peer } = await connect(test, impatient);
      const chat = await peer.join(test, "/chat", { auth: { name: "chat" } }).connected();
      const ids = [peer.id, chat.id];
      await chat.ask("join", ["a room"]);
      const gone = [peer.disconnected(), chat.disconnected()];
      await server.stop();
      await Promise.all(gone);
      const back = [peer.nextOwn("connect"), chat.nextOwn("connect")];
      await server.startAgain();
      await Promise.all(back);
      assert.equal(ids.includes(peer.id) || ids.includes(chat.id), false);
      const { rooms, recovered, id } = await chat.askOne("facts");
      assert.deepEqual([rooms, recovered], [[id], false]);
      assert.deepEqual((await chat.askOne("handshake")).auth, { name: "chat" });
    });

    it("do not hold up a client that leaves meanwhile", async (test) => {
      const { server, peer } = await connect(test, impatient);
      const gone = peer.disconnected();
      await server.stop();
      await gone;
      peer.disconnect();
      await server.startAgain();
      const other = await SocketPeer.connect(test, variant, { url: server.url, path: "/socket.io/" });
      await other.askOne("later", 100);
      assert.equal(peer.socket.connected, false);
      assert.equal((await other.askOne("fetch-sockets", {})).length, 1);
    });

    it("are told of by the events of the connection", { skip: unless(!isOld, "client 2 has other events") }, async (test) => {
      const { server, peer } = await connect(test, impatient);
      const seen = [];
      for (const event of ["close", "open", "reconnect"]) {
        peer.manager.on(event, (value) => seen.push(event === "close" ? [event, value] : [event]));
      }
      await peer.isReachable(test);
      const gone = peer.disconnected();
      await server.stop();
      await gone;
      assert.equal(peer.socket.active, true);
      const back = peer.nextOwn("connect");
      await server.startAgain();
      await back;
      assert.deepEqual(seen, [["close", "transport close"], ["open"], ["reconnect"]]);
    });
  });
}
