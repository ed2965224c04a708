// More scripts than the suite plays: starts the Node host and the host under test, and plays scripts of random packets to both.
//   --kind KIND     only this kind, or all whose name begins so (may be repeated)
//   --seed N        the first seed, 1 otherwise      --count N   scripts of each kind, 1000 otherwise
//   --minutes N     ends after so many minutes       --script JSON   plays one script, as a report prints it
//   --together N    scripts at once, 8 otherwise     --failures N    ends a kind after so many differences, 5 otherwise
// INTEROP_HOST=node compares Node with Node; HOST_COMMAND names another host, as for the suites.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startHost } from "../../support/host-process.mjs";
import { differenceOf, smallest } from "./compare.mjs";
import { kinds } from "./kinds/index.mjs";
import { described, fromText } from "./report.mjs";
import { scriptsOf } from "./scripts.mjs";

const suites = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const root = dirname(suites);

const { values: options } = parseArgs({
  options: {
    kind: { type: "string", multiple: true, default: [""] },
    seed: { type: "string", default: "1" },
    count: { type: "string", default: "1000" },
    minutes: { type: "string", default: "1000" },
    together: { type: "string", default: "8" },
    failures: { type: "string", default: "5" },
    script: { type: "string" },
  },
});

function commandOfHostUnderTest() {
  if (process.env.HOST_COMMAND) {
    return ["sh", "-c", `exec ${process.env.HOST_COMMAND}`];
  }
  return process.env.INTEROP_HOST === "node" ? nodeHost : ["dotnet", "run", "--no-build", "-c", "Release", "--project", join(suites, "host")];
}

const nodeHost = [process.execPath, join(suites, "reference", "engine-host.mjs")];

async function playKind(kind, hosts, deadline) {
  const scripts = scriptsOf(kind, Number(options.seed), Number(options.count));
  const differing = [];
  let played = 0;
  const worker = async () => {
    for (const script of scripts) {
      if (Date.now() > deadline || differing.length >= Number(options.failures)) {
        return;
      }
      const difference = await differenceOf(script, hosts);
      played++;
      if (difference) {
        differing.push([script, difference]);
      }
    }
  };
  const start = Date.now();
  await Promise.all(Array.from({ length: Number(options.together) }, worker));
  // Shrunk alone: what is no longer there then hangs on what ran beside it.
  const told = new Set();
  for (const [script, difference] of differing) {
    const again = await differenceOf(script, hosts);
    if (again) {
      const { script: shrunk, difference: left } = await smallest(script, again, hosts);
      const kindOfDifference = JSON.stringify(left);
      console.log(told.has(kindOfDifference) ? `seed ${script.seed} of ${kind}: as before` : described(shrunk, left, script));
      told.add(kindOfDifference);
    } else {
      console.log(`not seen again when played alone:\n${described(script, difference)}`);
    }
  }
  console.log(`${kind}: ${played} scripts, ${differing.length} differences, ${((Date.now() - start) / 1000).toFixed(1)} s`);
  return differing.length;
}

async function playOne(text, hosts) {
  const script = fromText(text);
  const difference = await differenceOf(script, hosts);
  console.log(difference ? described(script, difference) : "no difference");
  return difference ? 1 : 0;
}

const hosts = [];
const stopHosts = () => Promise.all(hosts.map((host) => host.stop()));
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    await stopHosts();
    process.exit(1);
  });
}

let found = 0;
try {
  hosts.push(await startHost("reference host", nodeHost, root), await startHost("host under test", commandOfHostUnderTest(), root));
  const [{ url: referenceUrl }, { url: hostUrl }] = hosts;
  if (options.script) {
    found = await playOne(options.script, { referenceUrl, hostUrl });
  } else {
    const chosen = Object.keys(kinds).filter((kind) => options.kind.some((start) => kind.startsWith(start)));
    const deadline = Date.now() + Number(options.minutes) * 60_000;
    for (const [index, kind] of chosen.entries()) {
      const share = Date.now() + (deadline - Date.now()) / (chosen.length - index);
      found += await playKind(kind, { referenceUrl, hostUrl }, share);
    }
  }
} catch (error) {
  console.error(error.stack);
  found = 1;
} finally {
  await stopHosts();
}
process.exit(found > 0 ? 1 : 0);
