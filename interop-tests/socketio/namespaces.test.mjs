// Namespaces: fixed ones, dynamic ones, many on one connection.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { describe, it } from "node:test";
import { unless } from "../support/behaviours.mjs";
import { SocketPeer, privateNamespace, serverRecord, together, variantsOf } from "../support/socketio-peers.mjs";

for (const variant of variantsOf("namespaces")) {
  const isOld = variant.generation.speaks === 4;

  describe(`namespaces: ${variant.name}`, together, () => {
    it("of any name can be joined", async (test) => {
      for (const namespace of ["/chat", "/a/b/c", ...(isOld ? [] : ["/grüße", "/with space"])]) {
        const peer = await SocketPeer.connect(test, variant, { namespace });
        assert.equal((await peer.askOne("facts")).namespace, namespace);
        peer.emit("echo", Buffer.from([1]), "text");
        assert.deepEqual(await peer.next("echo"), [Buffer.from([1]), "text"]);
      }
    });

    it("share one connection", async (test) => {
      const main = await SocketPeer.connect(test, variant);
      const [chat, admin] = [main.join(test, "/chat"), main.join(test, "/admin")];
      await Promise.all([chat.connected(), admin.connected()]);
      assert.equal(chat.manager, main.manager);
      for (const [peer, namespace] of [[main, "/"], [chat, "/chat"], [admin, "/admin"]]) {
        assert.equal((await peer.askOne("facts")).namespace, namespace);
      }
    });

    it("keep events and answers apart", async (test) => {
      const main = await SocketPeer.connect(test, variant);
      const chat = await main.join(test, "/chat").connected();
      [main, chat].forEach((peer) => peer.listen("echo"));
      for (let index = 0; index < 20; index++) {
        main.emit("echo", "main", index, Buffer.from([index]));
        chat.emit("echo", "chat", index, Buffer.from([index, 1]));
      }
      const expected = (name, ...extra) => Array.from({ length: 20 }, (_, index) => [name, index, Buffer.from([index, ...extra])]);
      assert.deepEqual(await main.take("echo", 20), expected("main"));
      assert.deepEqual(await chat.take("echo", 20), expected("chat", 1));
      assert.deepEqual(await Promise.all([main.askOne("sum", 1, 1), chat.askOne("sum", 2, 2)]), [2, 4]);
    });

    it("are left one by one", async (test) => {
      const main = await SocketPeer.connect(test, variant);
      const chat = await main.join(test, "/chat").connected();
      const { id } = chat;
      chat.disconnect();
      assert.equal((await serverRecord(id, "disconnect")).reason, "client namespace disconnect");
      assert.equal(await main.askOne("sum", 1, 2), 3);
      assert.equal(main.socket.connected, true);
    });

    it("are joined again after they were left", async (test) => {
      const main = await SocketPeer.connect(test, variant);
      const chat = await main.join(test, "/chat").connected();
      const first = chat.id;
      await chat.ask("join", ["a room"]);
      chat.disconnect();
      await serverRecord(first, "disconnect");
      chat.socket.connect();
      await chat.connected();
      const { id, rooms } = await chat.askOne("facts");
      assert.deepEqual([id, rooms], [chat.id, [chat.id]]);
      // A client of version 2 has the id of its connection.
      assert.equal(id === first, isOld);
      assert.equal(await main.askOne("sum", 1, 2), 3);
    });

    it("are left at the server's wish while the others stay", async (test) => {
      const main = await SocketPeer.connect(test, variant);
      const chat = await main.join(test, "/chat").connected();
      const gone = chat.disconnected();
      chat.emit("leave-me", false);
      assert.equal(await gone, "io server disconnect");
      assert.equal(await main.askOne("sum", 1, 2), 3);
      chat.socket.connect();
      await chat.connected();
      assert.equal(await chat.askOne("sum", 1, 2), 3);
    });

    it("that match a pattern come into being", async (test) => {
      const namespace = privateNamespace();
      const [first, second] = await SocketPeer.connectMany(test, variant, 2, { namespace });
      assert.equal((await first.askOne("facts")).namespace, namespace);
      second.listen("news");
      await first.ask("broadcast", {}, "news", "hello");
      assert.deepEqual(await second.next("news"), ["hello"]);
    });

    it("that match no pattern are refused", async (test) => {
      // What a client of version 2 asks for is not what it is told: the server sees a URL.
      const strange = isOld ? [] : ["/private-é"];
      for (const namespace of ["/private-", "/xprivate-1", "/family-", "/family-1x", ...strange]) {
        const error = await SocketPeer.start(test, variant, { namespace }).refusal();
        assert.equal(error.message, "Invalid namespace", namespace);
      }
    });

    it("that a function accepts come into being", async (test) => {
      const namespace = `/by-function-${randomInt(1e9)}`;
      const peer = await SocketPeer.connect(test, variant, { namespace, auth: { pass: "yes" } });
      assert.equal((await peer.askOne("facts")).namespace, namespace);
    });

    it("that a function refuses do not", async (test) => {
      const error = await SocketPeer.start(test, variant, { namespace: `/by-function-${randomInt(1e9)}`, auth: { pass: "no" } }).refusal();
      assert.equal(error.message, "Invalid namespace");
    });

    it("of a pattern share their middleware", async (test) => {
      const namespace = `/family-${randomInt(1e9)}`;
      const error = await SocketPeer.start(test, variant, { namespace, auth: { name: "stranger" } }).refusal();
      assert.equal(isOld ? error : error.message, "not of the family");
      const peer = await SocketPeer.connect(test, variant, { namespace, auth: { name: "child" } });
      assert.equal(await peer.askOne("sum", 1, 2), 3);
    });

    it("that are cleaned up when empty can be joined again", async (test) => {
      const namespace = privateNamespace();
      for (let round = 0; round < 3; round++) {
        const peer = await SocketPeer.connect(test, variant, { namespace, path: "/io-cleanup/" });
        const { id } = await peer.askOne("facts");
        assert.deepEqual(await peer.askOne("join", ["a room"]), [id, "a room"].sort());
        peer.disconnect();
        await serverRecord(id, "disconnect");
      }
    });

    it("that are cleaned up when empty stay while somebody is in them", async (test) => {
      const namespace = `/family-${randomInt(1e9)}`;
      const options = { namespace, path: "/io-cleanup/" };
      const [staying, leaving] = await SocketPeer.connectMany(test, variant, 2, { ...options, auth: { name: "child" } });
      await SocketPeer.start(test, variant, { ...options, auth: { name: "stranger" } }).refusal();
      const { id } = await leaving.askOne("facts");
      leaving.disconnect();
      await serverRecord(id, "disconnect");
      staying.listen("news");
      const late = await SocketPeer.connect(test, variant, { ...options, auth: { name: "child" } });
      await late.ask("broadcast", {}, "news", "still the same");
      assert.deepEqual(await staying.next("news"), ["still the same"]);
    });

    it("that two clients ask for at once are one", async (test) => {
      const namespace = `/by-function-${randomInt(1e9)}`;
      const peers = await SocketPeer.connectMany(test, variant, 3, { namespace, auth: { pass: "yes" } });
      peers.forEach((peer) => peer.listen("news"));
      await peers[0].ask("broadcast", {}, "news", "hello");
      assert.deepEqual(await Promise.all(peers.map((peer) => peer.next("news"))), [["hello"], ["hello"], ["hello"]]);
    });

    it("are the main one without a name", async (test) => {
      for (const namespace of ["", "/"]) {
        assert.equal((await (await SocketPeer.connect(test, variant, { namespace })).askOne("facts")).namespace, "/");
      }
    });

    it("can be joined when the connection has long been there, and when it was lost", async (test) => {
      const main = await SocketPeer.connect(test, variant);
      await main.settle();
      const late = await main.join(test, "/chat").connected();
      assert.equal(await late.askOne("sum", 1, 2), 3);
      await main.drop();
      const after = await main.join(test, "/admin").connected();
      assert.equal((await after.askOne("facts")).namespace, "/admin");
    });

    it("all end when the server closes the connection of one", async (test) => {
      const main = await SocketPeer.connect(test, variant);
      const others = [main.join(test, "/chat"), main.join(test, privateNamespace())];
      await Promise.all(others.map((peer) => peer.connected()));
      const gone = [main, ...others].map((peer) => peer.disconnected());
      others[1].emit("leave-me", true);
      assert.deepEqual(await Promise.all(gone), gone.map(() => "io server disconnect"));
    });

    it("may be many on one connection", async (test) => {
      const main = await SocketPeer.connect(test, variant);
      const others = Array.from({ length: 100 }, () => main.join(test, privateNamespace()));
      await Promise.all(others.map((peer) => peer.connected()));
      const answers = await Promise.all(others.map((peer, index) => peer.askOne("sum", index, 1)));
      assert.deepEqual(answers, others.map((_, index) => index + 1));
    });
  });
}
