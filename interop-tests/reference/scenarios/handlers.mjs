// How the handlers of a scenario are added: what a hostile client sends must not end the host.

/** A handler of an event. What a hostile client makes of its arguments ends there. */
export function listen(socket, name, handler) {
  socket.on(name, (...args) => {
    try {
      handler(...args);
    } catch {
      // The arguments do not fit.
    }
  });
}

/** The same for an event that is answered, if the client has asked for that. */
export function answer(socket, name, handler) {
  socket.on(name, async (...args) => {
    const acknowledge = typeof args.at(-1) === "function" ? args.pop() : () => {};
    try {
      await handler(acknowledge, ...args);
    } catch {
      // The arguments do not fit.
    }
  });
}
