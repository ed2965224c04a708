// CPU per cross-node delivery: server A broadcasts to a room whose clients are on server B, over one Redis. All kinds of servers
// run at the same time, each with a Redis of its own, and are loaded in turn, again and again: a machine whose speed changes changes
// it for all. All servers on one core, this program and the Redises on the other.
//   node benchmarks/redis/driver.mjs <adapters> <rounds> <seconds> <warmup seconds> <redis host:port>...
import { Client } from "./client.mjs";
import { Load } from "./load.mjs";
import { ServerProcess } from "./node.mjs";

const [adapters, rounds, seconds, warmup, ...redises] = process.argv.slice(2);
const kinds = (process.env.KINDS ?? "ours node").split(" ");
const scenarios = [
  { name: "1 client, 1000/s", clients: 1, run: (load, time) => load.sendAtRate(1000, time) },
  { name: "1 client, 64 in flight", clients: 1, run: (load, time) => load.sendInFlight(64, time) },
  { name: "100 clients, 100/s", clients: 100, run: (load, time) => load.sendAtRate(100, time) },
  { name: "100 clients, 16 in flight", clients: 100, run: (load, time) => load.sendInFlight(16, time) },
];

/** One kind of server: A with the client that sends, B with those that receive. */
class Pair {
  #serverA;
  #serverB;
  #senders = [];
  #receivers = [];

  constructor(kind) {
    this.kind = kind;
  }

  async start(adapter, redis) {
    this.#serverA = await ServerProcess.start(this.kind, adapter, redis, 0);
    this.#serverB = await ServerProcess.start(this.kind, adapter, redis, 0);
    this.#senders.push(await Client.connect(this.#serverA.port));
  }

  /** What one scenario costs each of the servers. */
  async measure({ clients, run }, time) {
    const load = new Load(this.#senders);
    const receivers = this.#receivers;
    while (receivers.length < clients) {
      const isFirst = receivers.length === 0;
      const receiver = await Client.connect(this.#serverB.port, () => isFirst && receiver.onFirst());
      await receiver.join("room");
      receivers.push(receiver);
    }
    receivers[0].onFirst = () => load.onArrived();
    receivers.forEach((receiver) => receiver.restart());
    const read = () => [performance.now(), this.#serverA.readCpu(), this.#serverB.readCpu()];
    const before = read();
    await run(load, time);
    const [elapsed, cpuA, cpuB] = read().map((value, index) => value - before[index]);
    await load.settle(() => receivers.every((receiver) => receiver.received >= load.published));
    const missing = sum(receivers.map((receiver) => load.published - receiver.received));
    const misplaced = sum(receivers.map((receiver) => receiver.misplaced));
    const published = load.published;
    return { perSecond: (published * 1000) / elapsed, a: cpuA / published, b: cpuB / published, deliveries: published * clients, missing, misplaced };
  }

  /**
   * The code that is measured is compiled while it runs, on the same core: goes on until the figures do not fall any more, which
   * on a busy machine takes several times as long.
   */
  async warmUp() {
    let last = Infinity;
    for (let time = 0, settled = 0; settled < 2 && time < 5 * Number(warmup); time += 4) {
      const { a, b } = await this.measure(scenarios[1], 3);
      await this.measure(scenarios[0], 1);
      settled = time >= Number(warmup) && a + b > last * 0.97 ? settled + 1 : 0;
      last = Math.min(last, a + b);
    }
  }

  async stop() {
    [...this.#senders, ...this.#receivers].forEach((client) => client.close());
    for (const server of [this.#serverA, this.#serverB]) {
      await server?.stop();
      if (server?.output) {
        console.error(`${this.kind}:\n${server.output}`);
      }
    }
  }
}

/** All kinds that can be started; one that cannot is told of and left out. */
async function startAll(adapter) {
  const pairs = [];
  for (const [index, kind] of kinds.entries()) {
    const pair = new Pair(kind);
    try {
      await pair.start(adapter, redises[index]);
      pairs.push(pair);
    } catch (error) {
      await pair.stop();
      console.log(begin(adapter, "not measured", kind) + error.message.trim().split("\n").at(-1));
    }
  }
  return pairs;
}

/** The rounds of one scenario: what each kind costs in each of them. */
async function measureInTurn(scenario, pairs) {
  for (const pair of pairs) {
    await pair.measure(scenario, Math.min(2, Number(seconds)));
  }
  const results = pairs.map(() => []);
  for (let round = 0; round < Number(rounds); round++) {
    for (const [index, pair] of pairs.entries()) {
      results[index].push(await pair.measure(scenario, Number(seconds)));
    }
  }
  return results;
}

const median = (values) => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
const sum = (values) => values.reduce((total, value) => total + value, 0);
const costs = [({ a }) => a, ({ b }) => b, ({ a, b }) => a + b];
const cell = (value, width) => `${value}`.padStart(width);
const micro = (value) => cell(value.toFixed(1), 9);
const begin = (adapter, name, kind) => `${adapter.padEnd(17)} ${name.padEnd(26)} ${kind.padEnd(18)}`;

function print(adapter, kind, name, results) {
  console.log(
    begin(adapter, name, kind) +
      costs.map((cost) => micro(median(results.map(cost)))).join("") +
      cell(median(results.map(({ perSecond }) => perSecond)).toFixed(0), 10) +
      ["deliveries", "missing", "misplaced"].map((count) => cell(sum(results.map((result) => result[count])), 11)).join(""),
  );
}

/** Ratios within a round, of which the middle one. */
function printRatio(adapter, label, name, ones, others) {
  const ratios = costs.map((cost) => median(ones.map((one, round) => cost(one) / cost(others[round]))));
  console.log(begin(adapter, name, label) + ratios.map((ratio) => cell(ratio.toFixed(2), 9)).join(""));
}

console.log("Microseconds of CPU (user and system) per event: A publishes it, B receives it and sends it to its clients.");
console.log(`${begin("adapter", "scenario", "kind")}        A        B    A + B  events/s deliveries    missing  misplaced`);
let isComplete = true;
for (const adapter of adapters.split(" ")) {
  const pairs = await startAll(adapter);
  try {
    for (const pair of pairs) {
      await pair.warmUp();
    }
    for (const scenario of scenarios) {
      const results = await measureInTurn(scenario, pairs);
      for (const [index, { kind }] of pairs.entries()) {
        print(adapter, kind, scenario.name, results[index]);
        isComplete &&= results[index].every(({ missing, misplaced }) => missing + misplaced === 0);
      }
      // Each but the last one beside the last one.
      for (const [index, { kind }] of pairs.slice(0, -1).entries()) {
        printRatio(adapter, `${kind}/${pairs.at(-1).kind}`, scenario.name, results[index], results.at(-1));
      }
    }
  } finally {
    for (const pair of pairs) {
      await pair.stop();
    }
  }
}
if (!isComplete) {
  console.log("Not everything arrived, once and in order: these figures mean nothing.");
}
process.exit(isComplete ? 0 : 1);
