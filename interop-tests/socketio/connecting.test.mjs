// How clients come in: ids, handshake, credentials, refusals, retries.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, it } from "node:test";
import { unless } from "../support/behaviours.mjs";
import { hostUrl } from "../support/hosts.mjs";
import { SocketPeer, serverRecord, together, variantsOf } from "../support/socketio-peers.mjs";

const refusalData = { code: 401, hints: ["log in", "é😀"] };

for (const variant of variantsOf("connecting")) {
  const { speaks } = variant.generation;
  const isOld = speaks === 4;

  describe(`connecting: ${variant.name}`, together, () => {
    it("gives the client the id that the server knows", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const facts = await peer.askOne("facts");
      assert.deepEqual(facts, {
        id: peer.id,
        namespace: "/",
        connected: true,
        recovered: false,
        transport: variant.mode.finalTransport,
        rooms: [peer.id],
        data: {},
      });
    });

    it("gives ids of twenty characters, each another", async (test) => {
      const peers = await SocketPeer.connectMany(test, variant, 3);
      peers.forEach(({ id }) => assert.match(id, /^[\w-]{20}$/));
      assert.equal(new Set(peers.map(({ id }) => id)).size, 3);
    });

    it("gives each namespace an id of its own", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const chat = await peer.join(test, "/chat").connected();
      const engineId = peer.manager.engine.id;
      if (isOld) {
        assert.deepEqual([peer.id, chat.id], [engineId, `/chat#${engineId}`]);
      } else {
        assert.equal(new Set([peer.id, chat.id, engineId]).size, 3);
      }
      assert.equal((await chat.askOne("facts")).id.replace("/chat#", ""), isOld ? engineId : chat.id);
    });

    it("tells the server what the first request said", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { query: { custom: "a b&é😀" }, extraHeaders: { "X-Custom": "header" } });
      const { age, time, url, ...handshake } = await peer.askOne("handshake");
      assert.deepEqual(handshake, {
        auth: {},
        query: "a b&é😀",
        eio: isOld ? "3" : "4",
        header: "header",
        origin: null,
        cookie: null,
        address: "127.0.0.1",
        secure: hostUrl.startsWith("https:"),
        xdomain: false,
      });
      assert.ok(age >= 0 && age < 10_000, `an age of ${age}`);
      assert.match(time, /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} \d\d \d{4} \d\d:\d\d:\d\d GMT[+-]\d{4} \(.+\)$/);
      assert.ok(url.startsWith(`${variant.generation.path}?`), url);
    });

    it("passes credentials on", async (test) => {
      const auth = isOld ? { token: "a b&é", number: "1" } : { token: "a b&é😀", number: 1, nested: { list: [null, true] } };
      const namespace = isOld ? "/chat" : "/";
      const peer = await SocketPeer.connect(test, variant, { namespace, auth });
      assert.deepEqual((await peer.askOne("handshake")).auth, auth);
    });

    it("passes on credentials that a function gives", { skip: unless(!isOld, "came with client 3") }, async (test) => {
      let calls = 0;
      const auth = (give) => {
        calls++;
        setImmediate(() => give({ call: calls }));
      };
      const peer = await SocketPeer.connect(test, variant, { auth });
      assert.deepEqual((await peer.askOne("handshake")).auth, { call: 1 });
      await peer.leave();
      peer.socket.connect();
      await peer.connected();
      assert.deepEqual((await peer.askOne("handshake")).auth, { call: 2 });
    });

    it("passes credentials of each namespace on", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const chat = await peer.join(test, "/chat", { auth: { name: "chat" } }).connected();
      assert.deepEqual((await peer.askOne("handshake")).auth, {});
      assert.deepEqual((await chat.askOne("handshake")).auth, { name: "chat" });
    });

    it("is refused at a namespace that does not exist", async (test) => {
      const error = await SocketPeer.start(test, variant, { namespace: "/nope" }).refusal();
      assert.equal(error.message, "Invalid namespace");
    });

    it("is refused by a middleware with a message and data", async (test) => {
      const error = await SocketPeer.start(test, variant, { namespace: "/guarded", auth: { token: "wrong" } }).refusal();
      if (isOld) {
        // A client of version 2 is told the data alone.
        assert.deepEqual(error, refusalData);
      } else {
        assert.ok(error instanceof Error);
        assert.equal(error.message, "not authorized");
        assert.deepEqual(error.data, refusalData);
      }
    });

    it("is refused by a middleware with a message alone", async (test) => {
      const error = await SocketPeer.start(test, variant, { namespace: "/guarded", auth: { plain: true } }).refusal();
      if (isOld) {
        assert.equal(error, "not authorized");
      } else {
        assert.equal(error.message, "not authorized");
        assert.equal(error.data, undefined);
      }
    });

    it("is let in by a middleware", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: "/guarded", auth: { token: "secret" } });
      assert.equal((await peer.askOne("facts")).namespace, "/guarded");
    });

    it("is let in at the second attempt", async (test) => {
      const peer = SocketPeer.start(test, variant, { namespace: "/second-try", auth: { key: randomUUID() } });
      const error = await peer.refusal();
      assert.equal(isOld ? error : error.message, "try again");
      peer.socket.connect();
      await peer.connected();
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("leaves the connection and its other namespaces alone when one refuses", async (test) => {
      const peer = await SocketPeer.connect(test, variant);
      const refused = peer.join(test, "/guarded", { auth: { token: "wrong" } });
      await refused.refusal();
      assert.equal(await peer.askOne("sum", 1, 2), 3);
      assert.equal(refused.socket.connected, false);
    });

    it("waits for a slow middleware", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: "/slow", auth: { delay: 100 } });
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("finds what the middlewares have prepared", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: "/prepared" });
      const { rooms, data } = await peer.askOne("facts");
      assert.deepEqual(rooms, [peer.id, "prepared-room"].sort());
      assert.deepEqual(data, { prepared: true, connectedBefore: false });
    });

    it("gets what a middleware has sent before it was in, and then what the connection handler sends", async (test) => {
      const early = SocketPeer.start(test, variant, { namespace: "/early" }).listen("early");
      assert.deepEqual(await early.take("early", 3), [[1], [Buffer.from([2])], [3]]);
      assert.equal(early.socket.connected, true);
      const greeted = SocketPeer.start(test, variant, { namespace: "/greeting" }).listen("greeting");
      assert.deepEqual(await greeted.take("greeting", 2), [
        ["first middleware", "second middleware", "connection"],
        [Buffer.from("hello")],
      ]);
    });

    const withoutVersion2 = { skip: unless(!isOld, "the server puts client 2 into the main namespace") };

    it("ends when the client joins no namespace in time", withoutVersion2, async (test) => {
      const peer = SocketPeer.start(test, variant, { path: "/io-hasty/", namespace: "/slow", auth: { delay: 60_000 } });
      assert.equal(await peer.closed(), "transport close");
    });

    it("may go on without a namespace for as long as the client likes when it has had one", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { path: "/io-hasty/" });
      const chat = await peer.join(test, "/chat").connected();
      const { id } = chat;
      chat.disconnect();
      await serverRecord(id, "disconnect");
      assert.equal(await peer.askOne("later", 3500), "done");
    });
  });
}
