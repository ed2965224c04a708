// Events and questions from server to server.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { eventually } from "../support/waiting.mjs";
import { Cluster, Scene, together, turns, wires } from "./support/clusters.mjs";

const bytes = (...values) => Buffer.from(values);

/** What a node hears of an event, once there are so many. */
function heard(scene, node, event, count) {
  return eventually(async () => {
    const events = await scene.do(node, "heard", { event });
    return events.length >= count && events;
  }, `${count} times "${event}"`);
}

/** The classic adapter writes bytes between servers as JSON does. */
const asHeard = (wire, value) => (wire.adapter === "classic" ? JSON.parse(JSON.stringify(value)) : value);

const plainValues = [1, -1.5, "é😀", true, null, [1, [2]], { a: { b: [null, {}] } }, 9007199254740991, ""];
const valuesWithBytes = [bytes(1, 2, 3), { deep: [bytes(), { deeper: bytes(255) }] }, "text"];

for (const wire of wires) {
  describe(`servers, ${wire.name}:`, together, () => {
    let cluster;
    before(async () => {
      cluster = await Cluster.open(wire);
    });
    after(() => cluster.close());

    for (const turn of turns) {
      const { acting, other } = turn;

      it(`tell the others and not themselves (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, []);
        await Promise.all([acting, other].map((node) => scene.do(node, "listen", { event: "news" })));
        await scene.do(acting, "tell", { args: ["news", ...plainValues] });
        await scene.do(acting, "tell", { args: ["news", ...valuesWithBytes] });
        await scene.do(acting, "tell", { args: ["news"] });
        assert.deepEqual(await heard(scene, other, "news", 3), [plainValues, asHeard(wire, valuesWithBytes), []]);
        assert.deepEqual(await scene.do(acting, "heard", { event: "news" }), []);
      });

      it(`are told in order, 200 at once (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, []);
        await scene.do(other, "listen", { event: "news" });
        const numbers = Array.from({ length: 200 }, (_, number) => [number]);
        await scene.do(acting, "run", { commands: numbers.map(([number]) => ({ do: "tell", args: ["news", number] })) });
        assert.deepEqual(await heard(scene, other, "news", 200), numbers);
      });

      it(`answer (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, []);
        for (const answer of [...plainValues, ...valuesWithBytes]) {
          const event = `question ${randomUUID()}`;
          await scene.do(other, "listen", { event, answer });
          const result = await scene.do(acting, "ask", { args: [event, { question: ["é", answer] }] });
          assert.deepEqual(result, { complete: true, answers: [asHeard(wire, answer)] });
          assert.deepEqual(await scene.do(other, "heard", { event }), [[asHeard(wire, { question: ["é", answer] })]]);
        }
      });

      it(`answer 50 questions at once (${turn.name})`, async (test) => {
        const scene = await Scene.open(test, cluster, []);
        const numbers = Array.from({ length: 50 }, (_, number) => number);
        await scene.do(other, "run", { commands: numbers.map((number) => ({ do: "listen", event: `q${number}`, answer: number })) });
        const results = await scene.do(acting, "run", { commands: numbers.map((number) => ({ do: "ask", args: [`q${number}`] })) });
        assert.deepEqual(results, numbers.map((number) => ({ complete: true, answers: [number] })));
      });
    }
  });
}

describe("a cluster", together, () => {
  for (const wire of wires) {
    it(`answers with what has come when a node does not answer, ${wire.name}`, async (test) => {
      const cluster = await Cluster.open(wire, { size: 3 });
      test.after(() => cluster.close());
      const scene = await Scene.open(test, cluster, []);
      await Promise.all([0, 1, 2].map((node) => scene.do(node, "listen", { event: "who", answer: node })));
      for (const [acting, others] of [[0, [1, 2]], [1, [0, 2]], [2, [0, 1]]]) {
        const { complete, answers } = await scene.do(acting, "ask", { args: ["who"] });
        assert.deepEqual([complete, answers.sort()], [true, others]);
      }
      await Promise.all([0, 1].map((node) => scene.do(node, "listen", { event: "silence" })));
      await scene.do(2, "listen", { event: "silence", answer: 2 });
      const results = await Promise.all([0, 1].map((node) => scene.do(node, "ask", { args: ["silence"] })));
      assert.deepEqual(results, Array(2).fill({ complete: false, answers: [2] }));
    });

    it(`of a single node answers for itself, ${wire.name}`, async (test) => {
      for (const { acting } of turns) {
        const cluster = await Cluster.open(wire, { size: 1, first: acting });
        test.after(() => cluster.close());
        const scene = await Scene.open(test, cluster, [[0, "red"]], { answer: "yes" });
        assert.deepEqual(await scene.do(0, "ask", { args: ["who"] }), { complete: true, answers: [] });
        assert.deepEqual((await scene.do(0, "fetch")).map(({ id }) => id), scene.ids);
        assert.deepEqual(await scene.do(0, "emit", { args: ["who"], timeout: 15_000 }), { complete: true, answers: ["yes"] });
        assert.deepEqual(await scene.received(0), [[["who"]]]);
      }
    });
  }
});
