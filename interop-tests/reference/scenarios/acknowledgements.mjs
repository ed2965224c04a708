// Questions of the client, of the server, and answers to them.
import { fixedValues } from "../socketio-values.mjs";
import { answer, listen } from "./handlers.mjs";
import { senderOf } from "./sender.mjs";

const timedOut = "operation has timed out";

const heldAnswers = new Map();
const attemptsByKey = new Map();

export function addAcknowledgements(socket, namespace) {
  answer(socket, "echo-ack", (acknowledge, ...args) => acknowledge(...args));
  answer(socket, "give-ack", (acknowledge, name) => acknowledge(...fixedValues(name)));
  answer(socket, "sum", (acknowledge, left, right) => acknowledge(left + right));
  answer(socket, "next-second", (acknowledge, date) => acknowledge(new Date(new Date(date).getTime() + 1000)));
  answer(socket, "later", (acknowledge, milliseconds) => setTimeout(() => acknowledge("done"), milliseconds));
  listen(socket, "never", () => {});
  // An answer that is kept back until somebody releases it.
  answer(socket, "hold", (acknowledge, key) => heldAnswers.set(key, acknowledge));
  answer(socket, "release", (acknowledge, key, value) => {
    heldAnswers.get(key)(value);
    heldAnswers.delete(key);
    acknowledge();
  });
  // Answers only at the given attempt.
  answer(socket, "flaky", (acknowledge, key, attempt) => {
    const attempts = (attemptsByKey.get(key) ?? 0) + 1;
    attemptsByKey.set(key, attempts);
    if (attempts >= attempt) {
      acknowledge(attempts);
    }
  });
  answer(socket, "twice", (acknowledge) => {
    acknowledge("first");
    acknowledge("second");
  });
  // The server asks this client; the answer is told by an event.
  listen(socket, "ask-me", (name, milliseconds, ...args) => {
    const tell = (error, ...answers) => socket.emit("answered", error ? timedOut : null, ...answers);
    if (milliseconds > 0) {
      socket.timeout(milliseconds).emit(name, ...args, tell);
    } else {
      socket.emit(name, ...args, (...answers) => tell(null, ...answers));
    }
  });
  listen(socket, "ask-me-with-promise", async (name, milliseconds, value) => {
    try {
      socket.emit("answered", null, await socket.timeout(milliseconds).emitWithAck(name, value));
    } catch {
      socket.emit("answered", timedOut);
    }
  });
  // The server asks many; the acknowledgement tells whether all have answered, and the answers.
  answer(socket, "ask-many", (acknowledge, target, name, milliseconds, value) => {
    senderOf(namespace, socket, target).timeout(milliseconds).emit(name, value, (error, answers) => acknowledge(!error, answers));
  });
  answer(socket, "ask-one", async (acknowledge, id, name, milliseconds, value) => {
    const [remote] = await namespace.in(id).fetchSockets();
    try {
      acknowledge(null, await remote.timeout(milliseconds).emitWithAck(name, value));
    } catch {
      acknowledge(timedOut);
    }
  });
}
