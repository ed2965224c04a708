// A Python that has what the tests need. Debian's packages belong to the system's interpreter, which need not be the first of the path.
import { spawnSync } from "node:child_process";

const modules = ["socketio", "aiohttp", "requests", "websocket", "msgpack"];
const debianPackages = "python3-socketio python3-aiohttp python3-requests python3-websocket python3-msgpack";

export function findPython() {
  const found = ["python3", "/usr/bin/python3"].find(
    (python) => spawnSync(python, ["-c", `import ${modules.join(", ")}`], { stdio: "ignore" }).status === 0,
  );
  if (!found) {
    throw new Error(`no python3 can import ${modules.join(", ")}: on Debian or Ubuntu, apt-get install ${debianPackages}`);
  }
  return found;
}
