// Records what Node's Redis adapters and emitters send for fixed inputs, for the codec tests of the .NET side.
//   node interop-tests/cluster/record.mjs            writes tests/SocketIoSharp.Redis.Tests/Recorded/*.json
// A message is { name, source, by, command, ... }: `source` the JavaScript that caused it, `by` the node (A or B) that
// sent it. PUBLISH and SPUBLISH have channel and hex; XADD has key, options and fields; SET has key, value and options;
// subscriptions have channels (by is ? where nothing tells whose connection it was). Ids are masked: A's are AAAAAA or
// aaaaaaaaaaaaaaaa, B's alike, requests are numbered. One step runs at a time: what stands under one name belongs together.
// The entries named redis-streams-emitter come from support/emitters.mjs.
import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { startRedis } from "../support/redis-server.mjs";
import { recordClassic } from "./recording/classic.mjs";
import { recordEmitters } from "./recording/emitters.mjs";
import { Recorder } from "./recording/recorder.mjs";
import { recordSharded } from "./recording/sharded.mjs";
import { recordStreams } from "./recording/streams.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const target = join(root, "tests", "SocketIoSharp.Redis.Tests", "Recorded");

const { devDependencies } = createRequire(import.meta.url)(join(root, "package.json"));
const versionsOf = (...names) => Object.fromEntries(names.map((name) => [name, devDependencies[name]]));

const recordings = {
  classic: [recordClassic, versionsOf("socket.io", "@socket.io/redis-adapter")],
  sharded: [recordSharded, versionsOf("socket.io", "@socket.io/redis-adapter")],
  streams: [recordStreams, versionsOf("socket.io", "@socket.io/redis-streams-adapter")],
  emitters: [recordEmitters, versionsOf("@socket.io/redis-emitter")],
};

const redis = await startRedis();
for (const [name, [record, versions]] of Object.entries(recordings)) {
  const recorder = new Recorder(redis.url);
  await record(recorder);
  const lines = recorder.messages.map((message) => `    ${JSON.stringify(message)}`).join(",\n");
  writeFileSync(join(target, `${name}.json`), `{\n  "versions": ${JSON.stringify(versions)},\n  "messages": [\n${lines}\n  ]\n}\n`);
  console.log(`${name}: ${recorder.messages.length} messages`);
}
await redis.stop();
process.exit(0);
