// Broadcasts and rooms, with several clients of the same kind.
import assert from "node:assert/strict";
import { privateNamespace } from "../../support/socketio-peers.mjs";

const inOwnNamespace = (bench, count) => bench.connectMany(count, { namespaces: [privateNamespace()], listens: ["news"] });

export const rooms = {
  "a broadcast of the server reaches everybody": async (bench) => {
    const peers = await inOwnNamespace(bench, 3);
    await peers[0].ask("broadcast", {}, "news", { text: "é😀" });
    for (const peer of peers) {
      assert.deepEqual(await peer.next("news"), [{ text: "é😀" }]);
    }
  },
  "a broadcast of a socket reaches everybody else": async (bench) => {
    const [first, second, third] = await inOwnNamespace(bench, 3);
    await first.ask("broadcast", { from: "socket" }, "news", 1);
    assert.deepEqual(await second.next("news"), [1]);
    assert.deepEqual(await third.next("news"), [1]);
    await first.settle();
    assert.equal(first.waiting("news"), 0);
  },
  "a broadcast to a room reaches its members alone": async (bench) => {
    const [inside, outside] = await inOwnNamespace(bench, 2);
    const joined = await inside.askOne("join", ["a room", "another"]);
    assert.deepEqual(["a room", "another"].filter((room) => joined.includes(room)), ["a room", "another"]);
    await outside.ask("broadcast", { to: ["a room"] }, "news", "for the room");
    assert.deepEqual(await inside.next("news"), ["for the room"]);
    await outside.settle();
    assert.equal(outside.waiting("news"), 0);
  },
  "a room that was left sends nothing more": async (bench) => {
    const [first, second] = await inOwnNamespace(bench, 2);
    await first.ask("join", ["a room"]);
    await first.ask("leave", "a room");
    await second.ask("broadcast", { to: ["a room"] }, "news", "too late");
    await first.settle();
    assert.equal(first.waiting("news"), 0);
  },
};
