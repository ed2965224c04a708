// Options of the adapters, and namespaces: also those that exist on one node alone.
import assert from "node:assert/strict";
import { randomInt } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { Cluster, Scene, prefixOption, together, turns, wires } from "./support/clusters.mjs";

const longEnough = 5000;

/** A broadcast, a question to clients, one to servers, and all sockets, from each node of a pair. */
async function everythingWorks(test, cluster, namespace) {
  const scene = await Scene.open(test, cluster, [[0, "red"], [1, "red"]], { namespace, answer: "yes" });
  for (const { acting, other } of turns) {
    const event = `news of ${acting}`;
    await scene.do(acting, "emit", { target: { to: ["red"] }, args: [event, Buffer.from([1])] });
    assert.deepEqual(await scene.received(acting), Array(2).fill([[event, Buffer.from([1])]]));
    assert.deepEqual(await scene.do(acting, "emit", { args: ["who"], timeout: longEnough }), { complete: true, answers: ["yes", "yes"] });
    await scene.received(acting);
    await scene.do(other, "listen", { event: "who", answer: { node: other } });
    assert.deepEqual(await scene.do(acting, "ask", { args: ["who"] }), { complete: true, answers: [{ node: other }] });
    assert.deepEqual((await scene.do(acting, "fetch")).map(({ id }) => id).sort(), [...scene.ids].sort());
    if (cluster.adapter === "classic") {
      assert.deepEqual(await scene.do(acting, "allRooms"), [...scene.ids, "red"].sort());
    }
  }
}

/** Opens a cluster for one test. */
async function openFor(test, ...options) {
  const cluster = await Cluster.open(...options);
  test.after(() => cluster.close());
  return cluster;
}

for (const wire of wires) {
  describe(`names, ${wire.name}:`, together, () => {
    let cluster;
    before(async () => {
      cluster = await Cluster.open(wire);
    });
    after(() => cluster.close());

    for (const namespace of ["/", "/a/b/c", "/grüße", "/with space"]) {
      it(`the namespace ${namespace} works`, (test) => everythingWorks(test, cluster, namespace));
    }

    it("the default prefix works", async (test) => everythingWorks(test, await openFor(test, wire, { withOwnNames: false })));

    it("a prefix keeps clusters apart, also where one begins like the other", async (test) => {
      const option = prefixOption[wire.adapter];
      const beside = await openFor(test, { ...wire, options: { ...wire.options, [option]: `${cluster.prefix}-more` } });
      const here = await Scene.open(test, cluster, [[0], [1]]);
      const there = await Scene.open(test, beside, [[0], [1]], { namespace: here.namespace });
      await here.do(0, "emit", { args: ["here"] });
      await there.do(1, "emit", { args: ["there"] });
      assert.deepEqual(await here.received(0), [[["here"]], [["here"]]]);
      assert.deepEqual(await there.received(1), [[["there"]], [["there"]]]);
      assert.equal((await here.do(1, "fetch")).length, 2);
    });

    for (const { acting, other, name } of turns) {
      it(`a namespace on one node alone waits for nobody (${name})`, async (test) => {
        const namespace = `/family-${randomInt(2 ** 40)}`;
        const scene = new Scene(test, cluster, namespace);
        const first = await scene.connect(acting, { auth: { rooms: ["red"] }, answer: "first" });
        scene.clients.push(first);
        await cluster.knowsNamespace(namespace, [cluster.nodes[acting]]);
        const started = Date.now();
        assert.deepEqual((await scene.do(acting, "fetch")).map(({ id }) => id), [first.id]);
        assert.deepEqual(await scene.do(acting, "emit", { args: ["who"], timeout: longEnough }), { complete: true, answers: ["first"] });
        assert.deepEqual(await scene.do(acting, "ask", { args: ["who"] }), { complete: true, answers: [] });
        assert.ok(Date.now() - started < longEnough, "an answer before any timeout");
        assert.deepEqual(await scene.received(acting), [[["who"]]]);

        const second = await scene.connect(other, { auth: { rooms: ["red"] }, answer: "second" });
        scene.clients.push(second);
        await cluster.knowsNamespace(namespace);
        await scene.roomsAreKnown([[acting, "red"], [other, "red"]]);
        assert.deepEqual((await scene.do(acting, "fetch")).map(({ id }) => id).sort(), [first.id, second.id].sort());
        const { complete, answers } = await scene.do(acting, "emit", { target: { to: ["red"] }, args: ["who"], timeout: longEnough });
        assert.deepEqual([complete, answers.sort()], [true, ["first", "second"]]);
        await scene.do(other, "emit", { target: { to: ["red"] }, args: ["news"] });
        assert.deepEqual(await scene.received(other), Array(2).fill([["who"], ["news"]]));
      });
    }
  });
}

describe("options:", together, () => {
  const [classic] = wires;
  const streams = wires.at(-1);

  for (const { acting, name } of turns) {
    it(`publishOnSpecificResponseChannel on one node of two (${name})`, async (test) => {
      const optionsOf = (node) => ({ publishOnSpecificResponseChannel: node === acting });
      await everythingWorks(test, await openFor(test, classic, { optionsOf }));
    });
  }

  it("publishOnSpecificResponseChannel on both nodes", async (test) => {
    await everythingWorks(test, await openFor(test, classic, { optionsOf: () => ({ publishOnSpecificResponseChannel: true }) }));
  });

  it("streamCount 3", async (test) => {
    const cluster = await openFor(test, { ...streams, options: { streamCount: 3 } });
    // These go to three streams.
    for (const namespace of ["/", "/chat", "/a"]) {
      await everythingWorks(test, cluster, namespace);
    }
  });

  it("useShardedPubSub", async (test) => everythingWorks(test, await openFor(test, { ...streams, options: { useShardedPubSub: true } })));
});
