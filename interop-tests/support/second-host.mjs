// Another host of the kind under test, for suites that need two servers.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { startHost } from "./host-process.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

// The shell ends all of its group when its input ends: also when the tests are killed.
const untilInputEnds = `"$@" & cat; kill 0`;

export function startSecondHost() {
  const command = JSON.parse(process.env.COMMAND_OF_HOST_UNDER_TEST);
  return startHost("second host", ["sh", "-c", untilInputEnds, "host", ...command], root);
}
