// Debian's python3-socketio, its client with threads and its client for asyncio.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { modes } from "../support/clients.mjs";
import { declareBehaviours } from "./support/declare.mjs";
import { DrivenClient } from "./support/driven-client.mjs";
import { findPython } from "./support/python.mjs";

const driver = join(dirname(fileURLToPath(import.meta.url)), "support", "python_driver.py");

/** Each verified on Node's server: the library would have to be repaired. */
function faultOf(kind, behaviour, mode) {
  switch (behaviour) {
    case "as a bytearray, there and back":
      return "the library takes a bytearray for a value that JSON has no form for";
    case "of the client that never come are given up":
      return "the library answers every question, also without a handler";
    case "joins a namespace whose name is not ASCII":
      return kind === "threads" && mode.finalTransport === "polling" ? "the library posts such a name as Latin-1" : undefined;
    case "by the server's engine are followed by a new connection":
      return mode.finalTransport === "polling" ? "the library comes back after a loss, but not when the server closes a poll" : undefined;
  }
}

for (const [name, kind] of [["python-socketio", "threads"], ["python-socketio (asyncio)", "asyncio"]]) {
  declareBehaviours(
    new DrivenClient(
      {
        name,
        modes,
        lacks: (behaviour, mode) => faultOf(kind, behaviour, mode),
        hurriesAway: true,
        losesAnswersOfNumberZero: true,
      },
      [findPython(), driver, kind],
    ),
  );
}
