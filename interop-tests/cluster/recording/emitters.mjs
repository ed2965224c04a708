// Processes without a server: the emitter of the classic adapter, and the one of the streams.
import { createAdapter } from "@socket.io/redis-adapter";
import { Emitter } from "@socket.io/redis-emitter";
import { StreamsEmitter } from "../support/emitters.mjs";

/** The steps get an emitter as `io`. */
const stepsFor = (emitterOf) =>
  steps.map(([name, action]) => {
    const step = ({ redis }) => action({ io: emitterOf(redis) });
    step.toString = () => action.toString();
    return [name, step];
  });

const steps = [
  ["to everybody", ({ io }) => io.emit("hello", 1, "x", { a: true, list: [null, 1.5] })],
  ["bytes", ({ io }) => io.emit("bytes", 1, Buffer.from([1]), { deep: [Buffer.from([2, 3])] })],
  ["a date, undefined", ({ io }) => io.emit("values", new Date(1700000000123), undefined, { gone: undefined })],
  ["to one room", ({ io }) => io.to("r1").emit("hello")],
  ["to two rooms", ({ io }) => io.to("r1").to("r2").emit("hello")],
  ["to rooms except others", ({ io }) => io.in(["r1", "r2"]).except(["r3", "r4"]).emit("hello")],
  ["volatile, not compressed", ({ io }) => io.volatile.compress(false).emit("hello")],
  ["another namespace", ({ io }) => io.of("/chat").to("r1").emit("hello")],
  ["let everybody join", ({ io }) => io.socketsJoin("r9")],
  ["let a room join two", ({ io }) => io.in("r1").except("r3").socketsJoin(["r8", "r9"])],
  ["let a room leave", ({ io }) => io.in("r1").socketsLeave("r9")],
  ["disconnect an empty room", ({ io }) => io.in("nobody").disconnectSockets()],
  ["disconnect an empty room and its connections", ({ io }) => io.in("nobody").disconnectSockets(true)],
  ["tell the servers", ({ io }) => io.serverSideEmit("hello servers", 1, { a: true })],
];

export async function recordEmitters(recorder) {
  const makeAdapter = async (newClient) => createAdapter(await newClient(), await newClient());
  const inNamespaceWithoutSlash = ({ io }) => io.of("chat").emit("hello");
  const namespaceWithoutSlash = ({ redis }) => inNamespaceWithoutSlash({ io: new Emitter(redis) });
  namespaceWithoutSlash.toString = () => inNamespaceWithoutSlash.toString();
  await recorder.section("redis-emitter", {
    makeAdapter,
    withStart: false,
    steps: [...stepsFor((redis) => new Emitter(redis)), ["a namespace without a slash", namespaceWithoutSlash]],
  });
  await recorder.section("redis-emitter, key app", {
    makeAdapter,
    withStart: false,
    steps: stepsFor((redis) => new Emitter(redis, { key: "app" })).slice(0, 4),
  });
  await recorder.section("redis-streams-emitter", { makeAdapter, withStart: false, steps: stepsFor((redis) => new StreamsEmitter(redis)) });
  await recorder.section("redis-streams-emitter, streamName app, maxLen 500", {
    makeAdapter,
    withStart: false,
    steps: stepsFor((redis) => new StreamsEmitter(redis, { streamName: "app", maxLen: 500 })).slice(0, 1),
  });
}
