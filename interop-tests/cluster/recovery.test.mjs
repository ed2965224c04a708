// A client of the streams adapter loses its connection at one node and comes back at another.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { eventually } from "../support/waiting.mjs";
import { Cluster, Scene, together, turns, wires } from "./support/clusters.mjs";
import { emitterFor } from "./support/emitters.mjs";

const wire = { ...wires.at(-1), recovery: { maxDisconnectionDuration: 60_000 } };

const bytes = (...values) => Buffer.from(values);

/** The events without the offset that each carries at its end. */
const withoutOffsets = (events) =>
  events.map((event) => {
    assert.match(event.at(-1), /^\d+-\d+$/);
    return event.slice(0, -1);
  });

/** A client in red, which has received something, and so knows where it stands. */
async function openScene(test, cluster, acting) {
  const scene = await Scene.open(test, cluster, [[acting, "red"]]);
  await scene.do(acting, "emit", { args: ["hello"] });
  await scene.received(acting);
  return scene;
}

/** The client loses its connection, and its node knows. */
async function lose(scene, node) {
  const [client] = scene.clients;
  const { id } = client;
  await client.lose();
  await eventually(async () => (await scene.do(node, "facts", { id })) === null, "the node to see that the client is gone");
  return id;
}

/** Sends, and comes back when the event stands in the stream: what two nodes send has no order otherwise. */
async function inTurn(scene, send) {
  const { redis, options } = scene.cluster;
  const written = async () => (await redis.xRange(options.streamName, "-", "+")).filter(({ message }) => message.nsp === scene.namespace).length;
  const before = await written();
  await send();
  await eventually(async () => (await written()) > before, "the event to stand in the stream");
}

/** Lets a node emit in its turn. */
const emitInTurn = (scene, node, ...command) => inTurn(scene, () => scene.do(node, "emit", ...command));

const urlOf = (scene, node) => scene.cluster.nodes[node].url;

describe("a client that comes back,", together, () => {
  let cluster;
  before(async () => {
    cluster = await Cluster.open(wire);
  });
  after(() => cluster.close());

  for (const { acting, other, name } of turns) {
    for (const [place, returnsTo] of [["to the other node", other], ["to the same node", acting]]) {
      it(`${place}, gets what it has missed (${name})`, async (test) => {
        const scene = await openScene(test, cluster, acting);
        const [client] = scene.clients;
        const data = { name: "bob é", nested: { list: [1, -1.5, null, { deep: true }], avatar: bytes(1, 2, 3) } };
        await scene.do(acting, "set", { id: client.id, data });
        const id = await lose(scene, acting);

        const emitter = emitterFor(wire.adapter, cluster.redis, cluster.options).of(scene.namespace);
        await emitInTurn(scene, acting, { args: ["missed", 1, "é😀", { deep: [null, {}] }] });
        await emitInTurn(scene, other, { target: { to: ["red"] }, args: ["missed", 2, { list: [bytes(1, 2), bytes()] }] });
        await emitInTurn(scene, acting, { target: { to: ["blue"] }, args: ["not for it"] });
        await emitInTurn(scene, other, { target: { except: ["red"] }, args: ["not for it"] });
        await emitInTurn(scene, other, { target: { to: ["blue", "red"] }, args: ["missed", 3] });
        await emitInTurn(scene, acting, { target: { to: [id] }, args: ["missed", 4, bytes(5)] });
        await inTurn(scene, () => emitter.to("red").emit("missed", 5));
        await inTurn(scene, () => emitter.emit("missed", 6, bytes(6)));

        await client.comeBack(urlOf(scene, returnsTo));
        assert.deepEqual([client.socket.recovered, client.id], [true, id]);
        const missed = [
          ["missed", 1, "é😀", { deep: [null, {}] }],
          ["missed", 2, { list: [bytes(1, 2), bytes()] }],
          ["missed", 3],
          ["missed", 4, bytes(5)],
          ["missed", 5],
          ["missed", 6, bytes(6)],
        ];
        assert.deepEqual(withoutOffsets(await client.take(missed.length)), missed);
        assert.deepEqual(await scene.do(returnsTo, "facts", { id }), { id, rooms: [id, "red"].sort(), data, recovered: true });

        await scene.do(acting, "emit", { target: { to: ["red"] }, args: ["news", 1] });
        await scene.do(other, "emit", { target: { to: [id] }, args: ["news", 2] });
        assert.deepEqual(withoutOffsets(await client.take(2)).sort(), [["news", 1], ["news", 2]]);
      });
    }

    it(`there and back again, loses nothing (${name})`, async (test) => {
      const scene = await openScene(test, cluster, acting);
      const [client] = scene.clients;
      const { id } = client;
      const path = [acting, other, acting, other];
      for (const [index, node] of path.slice(0, -1).entries()) {
        await lose(scene, node);
        await emitInTurn(scene, acting, { args: ["missed", index] });
        await emitInTurn(scene, other, { target: { to: ["red"] }, args: ["missed", index, bytes(index)] });
        await client.comeBack(urlOf(scene, path[index + 1]));
        assert.deepEqual([client.socket.recovered, client.id], [true, id]);
        assert.deepEqual(withoutOffsets(await client.take(2)), [["missed", index], ["missed", index, bytes(index)]]);
      }
    });

    it(`having missed nothing, is recovered all the same (${name})`, async (test) => {
      const scene = await openScene(test, cluster, acting);
      const id = await lose(scene, acting);
      await scene.clients[0].comeBack(urlOf(scene, other));
      assert.deepEqual([scene.clients[0].socket.recovered, scene.clients[0].id, scene.clients[0].events], [true, id, []]);
    });

    it(`after it was told to go, starts anew (${name})`, async (test) => {
      const scene = await openScene(test, cluster, acting);
      const [client] = scene.clients;
      const { id } = client;
      const disconnected = client.disconnected();
      await scene.do(other, "disconnect", { close: false });
      await disconnected;
      await scene.do(other, "emit", { args: ["not for it"] });
      await client.comeBack(urlOf(scene, other));
      assert.deepEqual([client.socket.recovered, client.events], [false, []]);
      assert.notEqual(client.id, id);
    });

    it(`with an offset or a session that nobody knows, starts anew (${name})`, async (test) => {
      const scene = await openScene(test, cluster, acting);
      const { _pid: pid, _lastOffset: offset } = scene.clients[0].socket;
      await lose(scene, acting);
      // Asking consumes the session, whatever comes of it: the good pair comes last and finds nothing.
      for (const auth of [{ pid: "x".repeat(20), offset }, { pid, offset: "1-1" }, { pid, offset }]) {
        const client = await scene.connect(other, { auth });
        assert.equal(client.socket.recovered, false);
      }
    });
  }

  for (const { acting, other, name } of turns) {
    it(`after its node was shut down, goes on at another (${name})`, async (test) => {
      const ownCluster = await Cluster.open(wire);
      test.after(() => ownCluster.close());
      const scene = await openScene(test, ownCluster, acting);
      const [client] = scene.clients;
      const { id } = client;
      const disconnected = client.disconnected();
      await ownCluster.nodes[acting].close();
      await disconnected;
      await scene.do(other, "emit", { target: { to: ["red"] }, args: ["missed", bytes(1)] });
      await client.comeBack(urlOf(scene, other));
      assert.deepEqual([client.socket.recovered, client.id], [true, id]);
      assert.deepEqual(withoutOffsets(await client.take(1)), [["missed", bytes(1)]]);
    });
  }
});
