// Runs the suites of this folder in passes, compares what they have shown with Node's server, and writes docs/compatibility.md.
// HOST_COMMAND: command line of the host under test (default: the .NET host of this folder).
// INTEROP_HOST=node: judge the reference host itself, clusters of Node servers alone, and keep its column of the matrix.
// TEST_NAME_FILTER: only tests whose name contains this text. INTEROP_LINE: for chosen files, what stands in front of the host.
// Arguments: folders or files to run, in one pass, instead of everything; or --matrix for the passes that make the matrix.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { cellsOf, readRecords } from "./matrix/cells.mjs";
import { compareColumns } from "./matrix/comparison.mjs";
import { Processes, root } from "./matrix/hosts.mjs";
import { readNodeColumn, writeNodeColumn } from "./matrix/node-column.mjs";
import { linesOfOurs, passesFor } from "./matrix/passes.mjs";
import { compatibilityPage } from "./matrix/table.mjs";

const isMatrixOnly = process.argv.includes("--matrix");
const paths = process.argv.slice(2).filter((argument) => argument !== "--matrix");
const filter = process.env.TEST_NAME_FILTER;
const isWhole = paths.length === 0 && !filter;
const kind = process.env.HOST_COMMAND ? "command" : process.env.INTEROP_HOST === "node" ? "node" : "sharp";

const matrix = join(root, "interop-tests", "matrix");
const results = join(root, "artifacts", "interop");
const page = join(root, "docs", "compatibility.md");
const pageOfDifferences = join(root, "docs", "differences-from-node.md");

const nameFilter = () => (filter ? [`--test-name-pattern=${filter.replace(/[\^$.*+?()[\]{}|/]/g, "\\$&")}`] : []);

const processes = new Processes();
let runningTests;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    runningTests?.kill();
    await processes.stopAll();
    process.exit(1);
  });
}

function runTests({ files, concurrency }, environment, record) {
  const reporters = [
    ...["--test-reporter=spec", "--test-reporter-destination=stdout"],
    ...[`--test-reporter=${join(matrix, "recorder.mjs")}`, "--test-reporter-destination=stdout"],
  ];
  return new Promise((done, failed) => {
    const names = files.map((file) => relative(root, file));
    const patience = `--import=${pathToFileURL(join(matrix, "patient-exit.mjs"))}`;
    const runner = [patience, "--test", `--test-concurrency=${concurrency}`, "--test-force-exit"];
    runningTests = spawn(process.execPath, [...runner, ...reporters, ...nameFilter(), ...names], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...environment, INTEROP_RECORD: record },
    });
    runningTests.on("error", failed);
    runningTests.on("exit", (code) => done(code ?? 1));
  });
}

/** { exitCode, records } of one pass. */
async function runPass(pass, judged, reference) {
  console.log(`\n=== ${pass.name}${judged === "node" ? ", Node's server" : ""}`);
  const record = join(results, `${judged} ${pass.name}.jsonl`.replaceAll(" ", "-"));
  const { started, environment } = await processes.startPass(pass, judged, reference);
  let exitCode = await runTests(pass, { ...pass.testEnvironment, ...environment }, record);
  for (const name of processes.fallen) {
    console.error(`the ${name} ended while the suites ran`);
    exitCode ||= 1;
  }
  await processes.stop(started);
  return { exitCode, records: pass.isOfMatrix ? readRecords(record) : [] };
}

/** { exitCode, cells } of all passes with one kind of server. */
async function runPasses(passes, judged, reference) {
  let exitCode = 0;
  const records = [];
  for (const pass of passes) {
    const result = await runPass(pass, judged, reference);
    exitCode ||= result.exitCode;
    records.push(...result.records);
  }
  return { exitCode, cells: cellsOf(records).cells };
}

/** Node's column: kept from before, or run now. */
async function nodeColumn(reference) {
  const kept = readNodeColumn();
  if (kept) {
    return { exitCode: 0, cells: kept };
  }
  console.log("\nThe suites or the npm packages have changed since Node's column was kept: it is run again.");
  const passes = passesFor("node", [], undefined).filter(({ isOfMatrix }) => isOfMatrix);
  const column = await runPasses(passes, "node", reference);
  if (column.exitCode === 0) {
    writeNodeColumn(column.cells);
    console.log("interop-tests/matrix/node-column.json is new; commit it.");
  }
  return column;
}

/** Writes the page, or in CI only compares it. */
function publish(text) {
  if (existsSync(page) && readFileSync(page, "utf8") === text) {
    return 0;
  }
  if (process.env.CI === "true") {
    writeFileSync(join(results, "compatibility.md"), text);
    console.error("docs/compatibility.md does not say what this run has shown: run `npm run interop` and commit the page.");
    return 1;
  }
  writeFileSync(page, text);
  console.log("docs/compatibility.md is new; commit it.");
  return 0;
}

function report(nodeCells, ourCells) {
  const { problems, compared, differences } = compareColumns(nodeCells, ourCells, { page: pageOfDifferences, linesOfOurs, isWhole });
  const count = (cells, outcome) => cells.filter((cell) => cell.outcome === outcome).length;
  console.log("\n=== matrix");
  for (const [name, cells] of Object.entries({ "Node's server": nodeCells, "ours": ourCells })) {
    const counts = `${count(cells, "pass")} passed, ${count(cells, "fail")} failed, ${count(cells, "skip")} not run for a reason`;
    console.log(`${name}: ${cells.length} cells, ${counts}`);
  }
  for (const [name, cells] of differences) {
    console.log(`known difference ${name}: ${cells} cells`);
  }
  for (const problem of problems) {
    console.error(`not the same: ${problem}`);
  }
  if (problems.length > 0) {
    return 1;
  }
  return isWhole ? publish(compatibilityPage(compared, differences)) : 0;
}

async function run() {
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const reference = await processes.startReference();
  const passes = passesFor(kind, paths, process.env.INTEROP_LINE).filter(({ isOfMatrix }) => isOfMatrix || !isMatrixOnly);
  const { exitCode, cells } = await runPasses(passes, kind, reference);
  if (kind === "node" && isWhole && exitCode === 0) {
    writeNodeColumn(cells);
  }
  if (kind !== "sharp" || exitCode !== 0 || cells.length === 0) {
    return exitCode;
  }
  const column = isWhole ? await nodeColumn(reference) : { exitCode: 0, cells: readNodeColumn() };
  if (!column.cells) {
    console.log("Node's column is not of these suites: nothing to compare with. A whole run makes it.");
    return 0;
  }
  return column.exitCode || report(column.cells, cells);
}

let exitCode = 1;
try {
  exitCode = await run();
} catch (error) {
  console.error(error.message);
} finally {
  await processes.stopAll();
}
process.exit(exitCode);
