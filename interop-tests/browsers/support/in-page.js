// Runs in every page before its own scripts: what the tests ask a page to do. Waits are bounded by the tests.
globalThis.tools = (() => {
  const byteList = (buffer) => [...new Uint8Array(buffer)];

  /** A value as JSON can carry it, with the kind of each binary part. */
  async function shape(value) {
    if (value instanceof Blob) {
      return { is: value instanceof File ? "File" : "Blob", bytes: byteList(await value.arrayBuffer()) };
    }
    if (value instanceof ArrayBuffer) {
      return { is: "ArrayBuffer", bytes: byteList(value) };
    }
    if (ArrayBuffer.isView(value)) {
      return { is: value.constructor.name, bytes: byteList(value.buffer.slice(value.byteOffset, value.byteOffset + value.byteLength)) };
    }
    if (Array.isArray(value)) {
      return Promise.all(value.map(shape));
    }
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([key, part]) => [key, await shape(part)])));
    }
    return value;
  }

  const happens = (emitter, event) => new Promise((resolve) => emitter.once(event, resolve));

  /** Waits until the socket is connected, and by the transport that is wanted. */
  async function ready(socket, finalTransport) {
    if (!socket.connected) {
      const refused = happens(socket, "connect_error").then((error) => {
        throw new Error(`not connected: ${error.message}`);
      });
      refused.catch(() => {});
      await Promise.race([happens(socket, "connect"), refused]);
    }
    const { engine } = socket.io;
    while (finalTransport && engine.transport.name !== finalTransport) {
      await happens(engine, "upgrade");
    }
    return socket;
  }

  /** Connects anew; the socket is `globalThis.socket`. One that was there before is given up. */
  async function connect(io, url, { finalTransport, ...options }) {
    globalThis.socket?.disconnect();
    globalThis.socket = io(url, { forceNew: true, reconnection: false, ...options });
    await ready(globalThis.socket, finalTransport);
    return { id: socket.id, engine: socket.io.engine.id };
  }

  /** All events of that name from now on, as a list that `next` takes from. */
  function listen(socket, name) {
    socket.received ??= {};
    if (!socket.received[name]) {
      const arrivals = { items: [], waiters: [] };
      socket.received[name] = arrivals;
      socket.on(name, (...args) => {
        const waiter = arrivals.waiters.shift();
        waiter ? waiter(args) : arrivals.items.push(args);
      });
    }
    return socket.received[name];
  }

  function next(socket, name) {
    const arrivals = listen(socket, name);
    return arrivals.items.length > 0 ? Promise.resolve(arrivals.items.shift()) : new Promise((resolve) => arrivals.waiters.push(resolve));
  }

  async function take(socket, name, count) {
    const taken = [];
    while (taken.length < count) {
      taken.push(await next(socket, name));
    }
    return taken;
  }

  const ask = (socket, name, ...args) => new Promise((resolve) => socket.emit(name, ...args, (...answer) => resolve(answer)));

  /** Writes down how the socket fares from now on: { connects, disconnects, errors }. */
  function watch(socket) {
    const seen = { connects: [], disconnects: [], errors: [] };
    socket.on("connect", () => seen.connects.push({ id: socket.id, recovered: socket.recovered, transport: socket.io.engine.transport.name }));
    socket.on("disconnect", (reason) => seen.disconnects.push(reason));
    socket.on("connect_error", (error) => seen.errors.push(error.message));
    globalThis.seen = seen;
  }

  return { shape, happens, ready, connect, listen, next, take, ask, watch };
})();
