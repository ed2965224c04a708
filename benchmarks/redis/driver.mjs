// CPU per cross-node delivery: server A broadcasts to a room whose clients are on server B, over one Redis. One line for each
// adapter and each kind of server, in turn; both servers on one core, this program and Redis on the other.
//   node benchmarks/redis/driver.mjs <adapters> <seconds> <warmup seconds> <redis host:port>
import { Client } from "./client.mjs";
import { Load } from "./load.mjs";
import { ServerProcess } from "./node.mjs";

const [adapters, seconds, warmup, redis] = process.argv.slice(2);
const kinds = (process.env.KINDS ?? "ours node").split(" ");
const scenarios = [
  { name: "1 client, 1000/s", clients: 1, run: (load, time) => load.sendAtRate(1000, time) },
  { name: "1 client, 64 in flight", clients: 1, run: (load, time) => load.sendInFlight(64, time) },
  { name: "100 clients, 100/s", clients: 100, run: (load, time) => load.sendAtRate(100, time) },
  { name: "100 clients, 16 in flight", clients: 100, run: (load, time) => load.sendInFlight(16, time) },
];

/** What one scenario costs each of the servers. */
async function measure({ clients, run }, serverA, serverB, senders, receivers, time) {
  const load = new Load(senders);
  while (receivers.length < clients) {
    const isFirst = receivers.length === 0;
    const receiver = await Client.connect(serverB.port, () => isFirst && receiver.onFirst());
    await receiver.join("room");
    receivers.push(receiver);
  }
  receivers[0].onFirst = () => load.onArrived();
  receivers.forEach((receiver) => receiver.restart());
  const before = [performance.now(), serverA.readCpu(), serverB.readCpu()];
  await run(load, time);
  const [elapsed, cpuA, cpuB] = [performance.now(), serverA.readCpu(), serverB.readCpu()].map((value, index) => value - before[index]);
  await load.settle(() => receivers.every((receiver) => receiver.received >= load.published));
  const missing = receivers.reduce((sum, receiver) => sum + load.published - receiver.received, 0);
  const misplaced = receivers.reduce((sum, receiver) => sum + receiver.misplaced, 0);
  const published = load.published;
  return { perSecond: (published * 1000) / elapsed, a: cpuA / published, b: cpuB / published, deliveries: published * clients, missing, misplaced };
}

/**
 * The code that is measured is compiled while it runs, on the same core: goes on until the figures do not fall any more, which
 * on a busy machine takes several times as long.
 */
async function warmUp(serverA, serverB, senders, receivers) {
  let last = Infinity;
  for (let time = 0, settled = 0; settled < 2 && time < 5 * Number(warmup); time += 4) {
    const { a, b } = await measure(scenarios[1], serverA, serverB, senders, receivers, 3);
    await measure(scenarios[0], serverA, serverB, senders, receivers, 1);
    settled = time >= Number(warmup) && a + b > last * 0.97 ? settled + 1 : 0;
    last = Math.min(last, a + b);
  }
}

/** All scenarios with one pair of servers. */
async function measureAll(kind, adapter) {
  const serverA = await ServerProcess.start(kind, adapter, redis, 0);
  const serverB = await ServerProcess.start(kind, adapter, redis, 0);
  const senders = [await Client.connect(serverA.port)];
  const receivers = [];
  try {
    await warmUp(serverA, serverB, senders, receivers);
    const results = [];
    for (const scenario of scenarios) {
      await measure(scenario, serverA, serverB, senders, receivers, Math.min(2, Number(seconds)));
      results.push(await measure(scenario, serverA, serverB, senders, receivers, Number(seconds)));
    }
    return results;
  } finally {
    [...senders, ...receivers].forEach((client) => client.close());
    await serverA.stop();
    await serverB.stop();
    if (serverA.output || serverB.output) {
      console.error(`${kind}, ${adapter}:\n${serverA.output}${serverB.output}`);
    }
  }
}

const cell = (value, width) => `${value}`.padStart(width);
const micro = (value) => cell(value.toFixed(1), 9);

function print(adapter, kind, name, result) {
  console.log(
    `${adapter.padEnd(17)} ${name.padEnd(26)} ${kind.padEnd(10)}${micro(result.a)}${micro(result.b)}${micro(result.a + result.b)}` +
      `${cell(result.perSecond.toFixed(0), 10)}${cell(result.deliveries, 12)}${cell(result.missing, 9)}${cell(result.misplaced, 10)}`,
  );
}

const ratioOf = (adapter, label, name, one, other) =>
  `${adapter.padEnd(17)} ${name.padEnd(26)} ${label.padEnd(10)}` +
  [one.a / other.a, one.b / other.b, (one.a + one.b) / (other.a + other.b)].map((ratio) => cell(ratio.toFixed(2), 9)).join("");

console.log("Microseconds of CPU (user and system) per event: A publishes it, B receives it and sends it to its clients.");
console.log(`${"adapter".padEnd(17)} ${"scenario".padEnd(26)} kind              A        B    A + B  events/s  deliveries  missing misplaced`);
let isComplete = true;
for (const adapter of adapters.split(" ")) {
  const results = {};
  for (const kind of kinds) {
    try {
      results[kind] = await measureAll(kind, adapter);
    } catch (error) {
      console.log(`${adapter.padEnd(17)} ${"not measured".padEnd(26)} ${kind.padEnd(10)} ${error.message.trim().split("\n").at(-1)}`);
    }
  }
  scenarios.forEach(({ name }, index) => {
    for (const kind of Object.keys(results)) {
      print(adapter, kind, name, results[kind][index]);
      isComplete &&= results[kind][index].missing === 0 && results[kind][index].misplaced === 0;
    }
    // Each but the last one beside the last one.
    const last = kinds.at(-1);
    for (const kind of Object.keys(results)) {
      if (kind !== last && results[last]) {
        console.log(ratioOf(adapter, `${kind}/${last}`, name, results[kind][index], results[last][index]));
      }
    }
  });
}
if (!isComplete) {
  console.log("Not everything arrived, once and in order: these figures mean nothing.");
}
process.exit(isComplete ? 0 : 1);
