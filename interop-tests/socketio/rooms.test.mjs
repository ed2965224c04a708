// Rooms and broadcasts: who gets what, and how often.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { SocketPeer, privateNamespace, together, variants } from "../support/socketio-peers.mjs";

/** Four clients: the first in no room, the others in a, in a and b, in b. */
async function family(test, variant) {
  const namespace = privateNamespace();
  const peers = await SocketPeer.connectMany(test, variant, 4, { namespace });
  const [, a, both, b] = peers;
  await Promise.all([a.ask("join", ["a"]), both.ask("join", ["a", "b"]), b.ask("join", ["b"])]);
  peers.forEach((peer) => peer.listen("news"));
  return peers;
}

/** Which of the clients get a broadcast of the first; each at most once. */
async function reached(peers, target, value = "hello", sender = peers[0]) {
  await sender.ask("broadcast", target, "news", value);
  // What was sent to a client before its answer arrives before it.
  await Promise.all(peers.map((peer) => peer.settle()));
  const counts = [];
  for (const peer of peers) {
    counts.push(peer.waiting("news"));
    for (const args of await peer.take("news", peer.waiting("news"))) {
      assert.deepEqual(args, [value]);
    }
  }
  return counts;
}

const targets = {
  "everybody": [{}, [1, 1, 1, 1]],
  "one room": [{ to: ["a"] }, [0, 1, 1, 0]],
  "two rooms, once each": [{ to: ["a", "b"] }, [0, 1, 1, 1]],
  "a room without another": [{ to: ["a"], except: ["b"] }, [0, 1, 0, 0]],
  "everybody without two rooms": [{ except: ["a", "b"] }, [1, 0, 0, 0]],
  "an empty room": [{ to: ["nobody"] }, [0, 0, 0, 0]],
  "an empty room and another": [{ to: ["nobody", "b"] }, [0, 0, 1, 1]],
  "everybody without an empty room": [{ except: ["nobody"] }, [1, 1, 1, 1]],
  "everybody else": [{ from: "socket" }, [0, 1, 1, 1]],
  "a room from a socket": [{ from: "socket", to: ["a"] }, [0, 1, 1, 0]],
  "two rooms from a socket": [{ from: "socket", to: ["a", "b"] }, [0, 1, 1, 1]],
  "everybody else without a room": [{ from: "socket", except: ["a"] }, [0, 0, 0, 1]],
  "everybody on this server": [{ flags: ["local"] }, [1, 1, 1, 1]],
  "a room, compressed": [{ to: ["a"], flags: ["compress"] }, [0, 1, 1, 0]],
  "a room, not compressed": [{ to: ["a"], flags: ["uncompressed"] }, [0, 1, 1, 0]],
  "others on this server": [{ from: "socket", flags: ["local", "uncompressed"] }, [0, 1, 1, 1]],
};

for (const variant of variants) {
  describe(`rooms: ${variant.name}`, together, () => {
    it("are joined and left", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: privateNamespace() });
      const own = peer.id;
      assert.deepEqual(await peer.askOne("join", ["a"]), ["a", own].sort());
      assert.deepEqual(await peer.askOne("join", ["a", "b", "with space", "é😀"]), ["a", "b", "with space", "é😀", own].sort());
      assert.deepEqual(await peer.askOne("leave", "b"), ["a", "with space", "é😀", own].sort());
      assert.deepEqual(await peer.askOne("leave", "never joined"), ["a", "with space", "é😀", own].sort());
    });

    it("and broadcasts reach exactly whom they name", async (test) => {
      const peers = await family(test, variant);
      for (const [name, [target, expected]] of Object.entries(targets)) {
        assert.deepEqual(await reached(peers, target, name), expected, name);
      }
    });

    it("include a sender that names its own room only when the server sends", async (test) => {
      const peers = await family(test, variant);
      assert.deepEqual(await reached(peers, { to: ["a"] }, 1, peers[1]), [0, 1, 1, 0]);
      assert.deepEqual(await reached(peers, { from: "socket", to: ["a"] }, 2, peers[1]), [0, 0, 1, 0]);
    });

    it("named by an id reach that client", async (test) => {
      const peers = await family(test, variant);
      assert.deepEqual(await reached(peers, { to: [peers[2].id] }), [0, 0, 1, 0]);
      assert.deepEqual(await reached(peers, { from: "socket", except: [peers[2].id] }), [0, 1, 0, 1]);
    });

    it("do not reach who has left them", async (test) => {
      const peers = await family(test, variant);
      await peers[1].ask("leave", "a");
      assert.deepEqual(await reached(peers, { to: ["a"] }), [0, 0, 1, 0]);
    });

    it("of one namespace are not those of another", async (test) => {
      const [first, second] = await Promise.all([family(test, variant), family(test, variant)]);
      second.forEach((peer) => peer.listen("news"));
      assert.deepEqual(await reached(first, { to: ["a"] }), [0, 1, 1, 0]);
      await Promise.all(second.map((peer) => peer.settle()));
      assert.deepEqual(second.map((peer) => peer.waiting("news")), [0, 0, 0, 0]);
    });

    it("of the main namespace reach everybody in it", async (test) => {
      const [first, second] = await SocketPeer.connectMany(test, variant, 2);
      const name = `news of ${first.id}`;
      first.listen(name);
      second.listen(name);
      await first.ask("broadcast", {}, name, { text: "é😀" });
      assert.deepEqual(await first.next(name), [{ text: "é😀" }]);
      assert.deepEqual(await second.next(name), [{ text: "é😀" }]);
    });

    it("tell who is in them", async (test) => {
      const peers = await family(test, variant);
      await peers[2].ask("set-data", "name", "both");
      const inRoom = await peers[0].askOne("fetch-sockets", { to: ["b"] });
      const expected = [
        { id: peers[2].id, rooms: ["a", "b", peers[2].id].sort(), data: { name: "both" }, auth: {} },
        { id: peers[3].id, rooms: ["b", peers[3].id].sort(), data: {}, auth: {} },
      ];
      assert.deepEqual(inRoom, expected.sort((left, right) => (left.id < right.id ? -1 : 1)));
      assert.equal((await peers[0].askOne("fetch-sockets", {})).length, 4);
      assert.equal((await peers[0].askOne("fetch-sockets", { from: "socket" })).length, 3);
      const found = await peers[0].askOne("fetch-sockets", { to: ["a"], except: ["b"] });
      assert.deepEqual(found.map(({ id }) => id), [peers[1].id]);
    });

    it("are joined and left for many at once", async (test) => {
      const peers = await family(test, variant);
      await peers[0].ask("sockets-join", { to: ["a"] }, ["c", "d"]);
      assert.deepEqual(await reached(peers, { to: ["c"] }), [0, 1, 1, 0]);
      await peers[0].ask("sockets-leave", { to: ["b"] }, ["c"]);
      assert.deepEqual(await reached(peers, { to: ["c"] }), [0, 1, 0, 0]);
      assert.deepEqual(await reached(peers, { to: ["d"] }), [0, 1, 1, 0]);
      await peers[0].ask("sockets-join", {}, ["all"]);
      assert.deepEqual(await reached(peers, { to: ["all"] }), [1, 1, 1, 1]);
    });

    it("can be emptied of their clients", async (test) => {
      const peers = await family(test, variant);
      const gone = [peers[1].disconnected(), peers[2].disconnected()];
      await peers[0].ask("disconnect-sockets", { to: ["a"] }, false);
      assert.deepEqual(await Promise.all(gone), ["io server disconnect", "io server disconnect"]);
      assert.deepEqual((await peers[0].askOne("fetch-sockets", {})).length, 2);
    });

    it("can be emptied with the connections of their clients", async (test) => {
      const peers = await family(test, variant);
      const gone = peers[3].disconnected();
      await peers[0].ask("disconnect-sockets", { to: ["b"], except: ["a"] }, true);
      assert.equal(await gone, "io server disconnect");
      assert.equal((await peers[0].askOne("fetch-sockets", {})).length, 3);
    });

    it("of a found client are changed from outside", async (test) => {
      const peers = await family(test, variant);
      const [asker, a] = peers;
      await asker.ask("remote", a.id, "join", "c");
      assert.deepEqual(await reached(peers, { to: ["c"] }), [0, 1, 0, 0]);
      await asker.ask("remote", a.id, "leave", "c");
      assert.deepEqual(await reached(peers, { to: ["c"] }), [0, 0, 0, 0]);
      a.listen("from-remote");
      await asker.ask("remote", a.id, "emit", Buffer.from([1]));
      assert.deepEqual(await a.next("from-remote"), [Buffer.from([1])]);
      const gone = a.disconnected();
      await asker.ask("remote", a.id, "disconnect", false);
      assert.equal(await gone, "io server disconnect");
    });

    it("get volatile events when their connections can take them", async (test) => {
      const peer = await SocketPeer.connect(test, variant, { namespace: privateNamespace() });
      peer.listen("fleeting");
      // On polling such an event is dropped while no poll is held: it is sent again until one gets through.
      let received = false;
      peer.next("fleeting").then(() => {
        received = true;
      });
      for (let attempt = 0; attempt < 100 && !received; attempt++) {
        await peer.ask("broadcast", { flags: ["volatile"] }, "fleeting", attempt);
        peer.emit("volatile-me", "fleeting", attempt);
        await peer.settle();
      }
      assert.equal(received, true);
    });
  });
}
