// Answers: the server's, the client's, many at once, and none.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

const refused = "operation has timed out";

export const acknowledgements = {
  "of the server carry no, one and several values": async (bench) => {
    const peer = await bench.connect();
    for (const args of [[], ["one"], [1, "two", null, { three: [3] }]]) {
      assert.deepEqual(await peer.ask("echo-ack", ...args), args);
    }
  },
  "of many questions at once find their own": async (bench) => {
    const peer = await bench.connect();
    const numbers = Array.from({ length: 50 }, (_, index) => index);
    assert.deepEqual(await Promise.all(numbers.map((number) => peer.askOne("sum", number, number))), numbers.map((number) => number * 2));
  },
  "come in another order than the questions": async (bench) => {
    const peer = await bench.connect();
    const [first, second] = [randomUUID(), randomUUID()];
    const order = [];
    const answers = [peer.ask("hold", first).then(() => order.push("first")), peer.ask("hold", second).then(() => order.push("second"))];
    await peer.ask("release", second, 2);
    await peer.ask("release", first, 1);
    await Promise.all(answers);
    assert.deepEqual(order, ["second", "first"]);
  },
  "of the client reach the server": async (bench) => {
    const peer = await bench.connect({ listens: ["answered"] });
    peer.mirror("mirror");
    for (const args of [["one"], [1, "é😀", null, { three: [3] }]]) {
      peer.emit("ask-me", "mirror", 0, ...args);
      assert.deepEqual(await peer.next("answered"), [null, ...args]);
    }
  },
  "of the client without a value reach the server": async (bench) => {
    const peer = await bench.connect({ listens: ["answered"] });
    peer.mirror("mirror");
    peer.emit("ask-me", "mirror", 15_000);
    assert.deepEqual(await peer.next("answered"), [null]);
  },
  "of several clients come together at the server": async (bench) => {
    const peers = await bench.connectMany(3);
    const room = `${peers[0].id}-room`;
    for (const peer of peers) {
      peer.mirror("mirror");
      await peer.ask("join", [room]);
    }
    assert.deepEqual(await peers[0].ask("ask-many", { to: [room] }, "mirror", 15_000, "same"), [true, ["same", "same", "same"]]);
  },
  "of the client that never come are given up": async (bench) => {
    const peer = await bench.connect({ listens: ["answered"] });
    peer.emit("ask-me", "nobody answers this", 50, 1);
    assert.deepEqual((await peer.next("answered"))[0], refused);
  },
  "of the server that never come leave the rest alone": async (bench) => {
    const peer = await bench.connect();
    peer.ask("never").catch(() => {});
    assert.equal(await peer.askOne("sum", 1, 2), 3);
  },
  "by the library's own call that waits": async (bench) => {
    const peer = await bench.connect();
    assert.equal(await peer.call("sum", 1, 2), 3);
    assert.deepEqual(await peer.call("echo-ack", Buffer.from([1]), "two"), [Buffer.from([1]), "two"]);
  },
};
