#!/usr/bin/env node
// Measures whole servers, ours and others in turn, each on core 0 with the load generator on core 1, and prints a table.
//   node benchmarks/run.mjs [--quick] [--kinds ours,node] [--scenarios echo,fanout] [--runs 3] [--seconds 4]
//     [--warmup 12-25] [--hold 8] [--markdown file] [--json file] [--no-build]
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { kinds, prepare } from "./harness/kinds.mjs";
import { measure } from "./harness/measure.mjs";
import { scenarios } from "./harness/scenarios.mjs";
import { createTable } from "./harness/table.mjs";

const { values: flags } = parseArgs({
  options: {
    kinds: { type: "string", default: Object.keys(kinds).join(",") },
    scenarios: { type: "string", default: Object.keys(scenarios).join(",") },
    quick: { type: "boolean", default: false },
    runs: { type: "string" },
    seconds: { type: "string" },
    warmup: { type: "string" },
    hold: { type: "string" },
    markdown: { type: "string" },
    json: { type: "string" },
    "no-build": { type: "boolean", default: false },
  },
});

/** The names in a list, all of which have to be known. */
function choose(list, known, what) {
  const names = list.split(",").filter(Boolean);
  const unknown = names.filter((name) => !Object.hasOwn(known, name));
  if (unknown.length > 0) {
    throw new Error(`no such ${what}: ${unknown.join(", ")}; there are ${Object.keys(known).join(", ")}`);
  }
  return names;
}

const usual = flags.quick ? { runs: 1, seconds: 2, warmup: "4-6", hold: 3 } : { runs: 3, seconds: 4, warmup: "12-25", hold: 8 };
const [warmupMin, warmupMax] = (flags.warmup ?? usual.warmup).split("-");
const runs = Number(flags.runs ?? usual.runs);
const times = {
  seconds: flags.seconds ?? usual.seconds,
  hold: flags.hold ?? usual.hold,
  "warmup-min": warmupMin,
  "warmup-max": warmupMax ?? warmupMin,
};

/** A line of progress. */
function describe(run, scenarioName, kindName, result, seconds) {
  const figures = scenarios[scenarioName].metrics.map(({ title, field, digits }) => `${title} ${result[field]?.toFixed(digits)}`).join(", ");
  const shares = `server ${result.cpu_pct} %, generator ${result.gen_pct} %`;
  const warmup = result.warmup_seconds === undefined ? "" : `, warmed up ${result.warmup_seconds} s`;
  return `run ${run}/${runs}  ${scenarioName.padEnd(20)} ${kindName.padEnd(12)} ${figures}  (${shares}${warmup}, ${seconds} s)`;
}

async function main() {
  const scenarioNames = choose(flags.scenarios, scenarios, "scenario");
  const { measured, skipped } = prepare(choose(flags.kinds, kinds, "kind"), !flags["no-build"]);
  const results = {};
  const failures = [];
  const save = () => {
    if (flags.markdown) {
      writeFileSync(flags.markdown, `${createTable(results, scenarios, measured)}\n`);
    }
    if (flags.json) {
      const machine = { processor: cpus()[0]?.model, cores: cpus().length, loadAverage: loadavg() };
      writeFileSync(flags.json, `${JSON.stringify({ machine, runs, times, results, skipped, failures }, null, 2)}\n`);
    }
  };
  for (let run = 1; run <= runs; run++) {
    for (const scenarioName of scenarioNames) {
      const scenario = scenarios[scenarioName];
      for (const kindName of measured.filter((name) => scenario.kinds.includes(name))) {
        const startedAt = performance.now();
        const ofKind = ((results[scenarioName] ??= {})[kindName] ??= []);
        try {
          ofKind[run - 1] = await measure(kindName, scenarioName, scenario, times);
          console.error(describe(run, scenarioName, kindName, ofKind[run - 1], Math.round((performance.now() - startedAt) / 1000)));
        } catch (error) {
          failures.push(`${scenarioName}, ${kindName}, run ${run}: ${error.message}`);
          console.error(`FAILED ${failures.at(-1)}`);
        }
      }
      // What a run of hours has found so far is not lost with it.
      save();
    }
  }
  console.log(createTable(results, scenarios, measured));
  for (const [name, reason] of Object.entries(skipped)) {
    console.log(`\n${kinds[name].title} was not measured: ${reason}`);
  }
  if (failures.length > 0) {
    console.error(`${failures.length} measurements failed:\n${failures.join("\n")}`);
    process.exitCode = 1;
  }
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 2;
});
