// Requests of older peers of the classic adapter, which no current server sends and every server still answers.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { Arrivals, eventually } from "../support/waiting.mjs";
import { Cluster, Scene, together, turns, wires } from "./support/clusters.mjs";

describe("an older peer", together, () => {
  let cluster;
  before(async () => {
    cluster = await Cluster.open(wires[0]);
  });
  after(() => cluster.close());

  /** Sends requests like an older peer, and sees what is answered. */
  async function openPeer(test, { namespace }) {
    const subscriber = await cluster.redis.duplicate().connect();
    test.after(() => subscriber.close());
    const answers = new Arrivals();
    await subscriber.subscribe(`${cluster.prefix}-response#${namespace}#`, (answer) => answers.push(JSON.parse(answer)));
    return {
      answers,
      ask(request) {
        const requestId = randomUUID().slice(0, 6);
        return cluster.redis.publish(`${cluster.prefix}-request#${namespace}#`, JSON.stringify({ requestId, ...request })).then(() => requestId);
      },
    };
  }

  it("is told the sockets of every node", async (test) => {
    const scene = await Scene.open(test, cluster, [[0], [0, "red"], [1, "red"]]);
    const peer = await openPeer(test, scene);
    for (const [rooms, expected] of [[[], [0, 1, 2]], [["red"], [1, 2]]]) {
      const requestId = await peer.ask({ type: 0, rooms });
      const answers = await peer.answers.take(2);
      assert.deepEqual(answers.map((answer) => answer.requestId), [requestId, requestId]);
      assert.deepEqual(answers.flatMap(({ sockets }) => sockets).sort(), expected.map((index) => scene.ids[index]).sort());
    }
  });

  for (const { acting: home } of turns) {
    it(`lets one socket join, leave and go (node ${"AB"[home]})`, async (test) => {
      const scene = await Scene.open(test, cluster, [[home], [home]]);
      const peer = await openPeer(test, scene);
      const [sid] = scene.ids;
      const isInRoom = async () => (await scene.do(home, "facts", { id: sid })).rooms.includes("new");

      const join = await peer.ask({ type: 2, sid, room: "new" });
      assert.equal((await peer.answers.next()).requestId, join);
      await eventually(isInRoom, "the socket to be in the room");
      const leave = await peer.ask({ type: 3, sid, room: "new" });
      assert.equal((await peer.answers.next()).requestId, leave);
      await eventually(async () => !(await isInRoom()), "the socket to be out of the room");
      const disconnected = scene.clients[0].disconnected();
      const go = await peer.ask({ type: 4, sid, close: false });
      assert.equal((await peer.answers.next()).requestId, go);
      assert.equal(await disconnected, "io server disconnect");
      assert.equal(scene.clients[1].socket.connected, true);
    });
  }
});
