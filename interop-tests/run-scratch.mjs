// Starts the Node reference host, then runs the suites of this folder in passes, each against a host of its own.
// HOST_COMMAND: command line of the host under test (default: the .NET host of this folder).
// INTEROP_HOST=node: judge the reference host itself, and clusters of Node servers alone. TEST_NAME_FILTER: only tests whose name contains this text.
// Arguments: folders or files to run, in one pass, instead of everything.
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startHost } from "./support/host-process.mjs";
import { startRedis } from "./support/redis-server.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);

// Timing is compared with Node's in `differential`, and sessions are counted in `limits`: nothing runs beside them.
const suitesOfClients = ["conformance", "clients", "socketio"];
const allPasses = [
  { name: "clients and protocol", suites: suitesOfClients, concurrency: 2 },
  {
    name: "the framework's WebSockets",
    suites: suitesOfClients,
    concurrency: 2,
    environment: { WEBSOCKET_ENGINE: "system" },
    testEnvironment: { SOCKETIO_CLIENTS: "few" },
  },
  { name: "comparison with Node", suites: ["differential"], concurrency: 2 },
  { name: "limits", suites: ["limits"], concurrency: 2 },
  { name: "clusters", suites: ["cluster"], concurrency: 2, isOfClusters: true },
];

const dotnetHost = ["dotnet", "run", "--no-build", "-c", "Release", "--project", join(here, "host")];
const nodeHost = [process.execPath, join(here, "reference", "engine-host.mjs")];

const commandsOfClusterHosts = {
  node: [process.execPath, join(here, "cluster", "node-host.mjs")],
  sharp: [...dotnetHost, "--", "cluster"],
};

/** The kinds of server in a cluster: the first two are paired by every test, the third is for tests with three nodes. */
const kindsInClusters = process.env.INTEROP_HOST === "node" ? ["node", "node", "node"] : ["node", "sharp", "node"];

function commandOfHostUnderTest() {
  if (process.env.HOST_COMMAND) {
    return ["sh", "-c", `exec ${process.env.HOST_COMMAND}`];
  }
  return process.env.INTEROP_HOST === "node" ? nodeHost : dotnetHost;
}

function testFiles(path) {
  if (statSync(path).isFile()) {
    return [path];
  }
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(".test.mjs"))
    .sort()
    .map((name) => join(path, name));
}

/** The passes to run: { name, files, concurrency, environment of the host, testEnvironment }. */
function passes() {
  const chosen = process.argv.slice(2).flatMap((path) => testFiles(resolve(path)));
  if (chosen.length > 0) {
    const isOfClusters = (file) => file.startsWith(join(here, "cluster"));
    return [
      { name: "chosen files", files: chosen.filter((file) => !isOfClusters(file)), concurrency: 2 },
      { name: "chosen files with clusters", files: chosen.filter(isOfClusters), concurrency: 2, isOfClusters: true },
    ].filter(({ files }) => files.length > 0);
  }
  // Only the .NET host has a choice of WebSockets.
  const hasChoice = !process.env.HOST_COMMAND && process.env.INTEROP_HOST !== "node";
  return allPasses
    .filter(({ environment }) => hasChoice || !environment)
    .filter(({ isOfClusters }) => !isOfClusters || !process.env.HOST_COMMAND)
    .map((pass) => ({ ...pass, files: pass.suites.flatMap((suite) => testFiles(join(here, suite))) }));
}

function nameFilter() {
  const text = process.env.TEST_NAME_FILTER;
  return text ? [`--test-name-pattern=${text.replace(/[\^$.*+?()[\]{}|/]/g, "\\$&")}`] : [];
}

let runningTests;

function runTests({ files, concurrency }, environment) {
  return new Promise((done, failed) => {
    const arguments_ = ["--test", `--test-concurrency=${concurrency}`, "--test-force-exit", "--test-reporter=/tmp/reporter.mjs", `--test-reporter-destination=${process.env.OUT}`, "--test-reporter=spec", "--test-reporter-destination=stdout"];
    runningTests = spawn(process.execPath, [...arguments_, ...nameFilter(), ...files.map((file) => relative(root, file))], {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ...environment },
    });
    runningTests.on("error", failed);
    runningTests.on("exit", (code) => done(code ?? 1));
  });
}

const hosts = new Set();
const stopHosts = () => Promise.all([...hosts].map((host) => host.stop()));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    runningTests?.kill();
    await stopHosts();
    process.exit(1);
  });
}

async function start(...host) {
  const started = await startHost(...host);
  hosts.add(started);
  return started;
}

async function stop(host) {
  hosts.delete(host);
  await host.stop();
}

/** What a pass runs against: the hosts, and what tells its tests where they are. */
async function startPass(pass, reference) {
  if (pass.isOfClusters) {
    const redis = await startRedis();
    hosts.add(redis);
    const inCluster = await Promise.all(
      kindsInClusters.map((kind, index) => start(`${kind} host ${index + 1}`, commandsOfClusterHosts[kind], root)),
    );
    const addresses = inCluster.map(({ url }, index) => ({ kind: kindsInClusters[index], url }));
    return { started: [...inCluster, redis], environment: { CLUSTER_REDIS_URL: redis.url, CLUSTER_HOSTS: JSON.stringify(addresses) } };
  }
  const host = await start("host under test", commandOfHostUnderTest(), root, pass.environment);
  return { started: [host], environment: { ENGINE_URL: host.url, REFERENCE_URL: reference.url } };
}

async function runPass(pass, reference) {
  console.log(`\n=== ${pass.name}`);
  const { started, environment } = await startPass(pass, reference);
  let exitCode = await runTests(pass, { ...pass.testEnvironment, ...environment });
  for (const { name, hasExited } of hosts) {
    if (hasExited()) {
      console.error(`the ${name} ended while the suites ran`);
      exitCode ||= 1;
    }
  }
  for (const host of started) {
    await stop(host);
  }
  return exitCode;
}

let exitCode = 0;
try {
  const reference = await start("reference host", nodeHost, root);
  for (const pass of passes()) {
    exitCode = (await runPass(pass, reference)) || exitCode;
  }
} catch (error) {
  console.error(error.message);
  exitCode = 1;
} finally {
  await stopHosts();
}
process.exit(exitCode);
