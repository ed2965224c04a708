// On /fast/ the interval is 300 ms and the timeout 200 ms: for clients that are given up. Those that live on do so on /patient/, with a
// timeout of 3,000 ms, as a busy machine may hold them up.

/** Lets wire time pass: only for cases whose subject is the clock. */
const pass = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export const heartbeatCases = [
  {
    name: "a polling client that answers lives on",
    run: async (probe) => {
      const session = await probe.open("/patient/");
      for (let beat = 0; beat < 12; beat++) {
        await probe.noteAnswer("poll", session.poll());
        await probe.noteAnswer("pong", session.post("3"));
      }
      await probe.noteWhetherAlive(session);
    },
  },
  {
    name: "a polling client that does not answer is told and dropped",
    run: async (probe) => {
      const session = await probe.open("/fast/");
      await probe.noteAnswer("first poll", session.poll());
      await probe.noteAnswer("second poll", session.poll());
      await probe.noteClose(session);
    },
  },
  {
    name: "a polling client that does not poll is dropped",
    run: async (probe) => {
      const session = await probe.open("/fast/");
      await probe.noteClose(session);
      await probe.noteAnswer("poll", session.poll());
    },
  },
  {
    name: "a WebSocket client that does not answer is dropped",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/fast/");
      await probe.noteMessage("ping", socket);
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(socket);
    },
  },
  {
    name: "a WebSocket client that answers lives on",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/patient/");
      for (let beat = 0; beat < 12; beat++) {
        await probe.noteMessage("ping", socket);
        socket.send("3");
      }
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "pongs that nobody asked for add no pings",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/patient/");
      for (let index = 0; index < 20; index++) {
        socket.send("3");
      }
      await probe.noteMessage("ping", socket);
      socket.send("3");
      await probe.noteMessage("ping", socket);
      await probe.noteCloseCode("close code", socket);
      probe.note("messages left", socket.waiting);
    },
  },
  {
    name: "a packet that is received while a pong is awaited extends the timeout once",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/patient/");
      await probe.noteMessage("ping", socket);
      await pass(1800);
      socket.send("4busy");
      await probe.noteMessage("echo", socket);
      await pass(1800);
      socket.send("3");
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "packets without a pong do not keep a session alive",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/fast/");
      const chatter = setInterval(() => socket.socket.readyState === 1 && socket.send("4busy"), 50);
      await probe.noteCloseCode("close code", socket);
      clearInterval(chatter);
      await probe.noteClose(socket);
    },
  },
  {
    name: "a client of protocol 3 that pings lives on (polling)",
    run: async (probe) => {
      const session = await probe.open("/patient/", { eio: 3 });
      for (let beat = 0; beat < 8; beat++) {
        await pass(450);
        await probe.noteAnswer("ping", session.post("1:2"));
        await probe.noteAnswer("pong", session.poll());
      }
    },
  },
  {
    name: "a client of protocol 3 that does not ping is dropped",
    run: async (probe) => {
      const session = await probe.open("/fast/", { eio: 3 });
      await probe.noteAnswer("pending poll", session.poll());
      await probe.noteClose(session);
    },
  },
  {
    name: "messages are no heartbeat in protocol 3",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/fast/", { eio: 3 });
      const chatter = setInterval(() => socket.socket.readyState === 1 && socket.send("4busy"), 50);
      await probe.noteCloseCode("close code", socket);
      clearInterval(chatter);
      await probe.noteClose(socket);
    },
  },
];
