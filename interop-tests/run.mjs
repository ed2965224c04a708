// Starts the Node reference host and the host under test, runs every suite of this folder against them, ends both.
// HOST_COMMAND: command line of the host under test (default: the .NET host of this folder).
// INTEROP_HOST=node: judge the reference host itself. Arguments: folders or files to run instead of everything.
import { spawn } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { startHost } from "./support/host-process.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(here);
const suites = ["conformance", "clients", "socketio", "differential"];
const dotnetHost = ["dotnet", "run", "--no-build", "-c", "Release", "--project", join(here, "host")];
const nodeHost = [process.execPath, join(here, "reference", "engine-host.mjs")];

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

const chosen = process.argv.slice(2);
const paths = chosen.length > 0 ? chosen.map((path) => resolve(path)) : suites.map((suite) => join(here, suite));
const files = paths.flatMap(testFiles).map((file) => relative(root, file));

const hosts = [];
const stopHosts = () => Promise.all(hosts.map((host) => host.stop()));
let tests;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    tests?.kill();
    await stopHosts();
    process.exit(1);
  });
}

let exitCode = 1;
try {
  const reference = await startHost("reference host", nodeHost, root);
  hosts.push(reference);
  const host = await startHost("host under test", commandOfHostUnderTest(), root);
  hosts.push(host);
  exitCode = await new Promise((done, failed) => {
    const arguments_ = ["--test", "--test-concurrency=1", "--test-force-exit", "--test-reporter=spec", ...files];
    tests = spawn(process.execPath, arguments_, {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, ENGINE_URL: host.url, REFERENCE_URL: reference.url },
    });
    tests.on("error", failed);
    tests.on("exit", (code) => done(code ?? 1));
  });
  for (const { name, hasExited } of hosts) {
    if (hasExited()) {
      console.error(`the ${name} ended while the suites ran`);
      exitCode = exitCode || 1;
    }
  }
} catch (error) {
  console.error(error.message);
} finally {
  await stopHosts();
}
process.exit(exitCode);
