// From polling to WebSocket: the regular way, and everything that can come between.
import { RawRequest } from "../../support/raw-http.mjs";
import { settled } from "../../support/raw-session.mjs";
import { eventually } from "../../support/waiting.mjs";

async function probing(probe, path, options) {
  const session = await probe.open(path, options);
  const socket = await session.openWebSocket();
  socket.send("2probe");
  await probe.noteMessage("answer to the probe", socket);
  return { session, socket };
}

async function upgraded(probe, path, options) {
  const { session, socket } = await probing(probe, path, options);
  socket.send("5");
  socket.send("4upgraded");
  await probe.noteMessage("first message", socket);
  return { session, socket };
}

/** The session goes on over polling, and a new attempt to upgrade succeeds. */
async function noteRecovery(probe, session) {
  await probe.noteWhetherAlive(session);
  const socket = await session.upgrade();
  await probe.noteWhetherSocketAlive(socket);
}

const strangeFirstPackets = ["2", "2other", "3probe", "4hello", "0", "1", "6", "xyz", "", Buffer.from([1, 2])];

export const upgradeCases = [
  ...[["/engine.io/", 4], ["/eio3/", 3], ["/noupgrade/", 4]].map(([path, eio]) => ({
    name: `regular upgrade on ${path} (protocol ${eio})`,
    run: async (probe) => {
      const { session, socket } = await probing(probe, path, { eio });
      await probe.noteAnswer("first poll", session.poll());
      await probe.noteAnswer("second poll", session.poll());
      socket.send("5");
      socket.send("4transport");
      await probe.noteMessage("transport", socket);
      await probe.noteWhetherSocketAlive(socket);
    },
  })),
  {
    name: "until the upgrade packet, messages go through polling",
    run: async (probe) => {
      const { session, socket } = await probing(probe);
      await probe.noteAnswer("POST", session.post("4hello"));
      await probe.noteAnswer("GET", session.poll());
      socket.send("5");
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "what was not delivered is flushed to the WebSocket in order",
    run: async (probe) => {
      const { session, socket } = await probing(probe);
      await session.post("4one\x1ebAQI=\x1e4two\x1e4three");
      socket.send("5");
      for (const label of ["first", "second", "third", "fourth"]) {
        await probe.noteMessage(label, socket);
      }
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "the upgrade packet without a probe is accepted",
    run: async (probe) => {
      const session = await probe.open();
      const socket = await session.openWebSocket();
      socket.send("5");
      socket.send("4transport");
      await probe.noteMessage("transport", socket);
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "a repeated probe is answered again",
    run: async (probe) => {
      const { socket } = await probing(probe);
      socket.send("2probe");
      await probe.noteMessage("second answer", socket);
      socket.send("5");
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  ...strangeFirstPackets.flatMap((packet) => [
    {
      name: `probing WebSocket begins with ${JSON.stringify(packet)}`,
      run: async (probe) => {
        const session = await probe.open();
        const socket = await session.openWebSocket();
        socket.send(packet);
        await probe.noteCloseCode("close code", socket);
        await noteRecovery(probe, session);
      },
    },
    {
      name: `probing WebSocket goes on with ${JSON.stringify(packet)}`,
      run: async (probe) => {
        const { session, socket } = await probing(probe);
        socket.send(packet);
        await probe.noteCloseCode("close code", socket);
        await noteRecovery(probe, session);
      },
    },
  ]),
  {
    name: "a poll that is pending at the upgrade packet ends with a close packet",
    run: async (probe) => {
      const session = await probe.open();
      const socket = await session.openWebSocket();
      const pending = await session.startPoll();
      socket.send("5");
      await probe.noteAnswer("pending poll", pending.response);
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "a post in flight at the upgrade packet is cut off",
    run: async (probe) => {
      const session = await probe.open();
      const socket = await session.openWebSocket();
      const post = new RawRequest(session.url, { method: "POST", path: session.target(), body: "4hel", contentLength: 100 });
      await settled(session.url, post);
      socket.send("5");
      await probe.noteAnswer("POST", post.response);
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "an upgrade that is never finished is given up",
    run: async (probe) => {
      const session = await probe.open("/fast/");
      const socket = await session.openWebSocket();
      let isClosed = false;
      socket.closed.then(() => {
        isClosed = true;
      });
      while (!isClosed) {
        if ((await session.pollText()) === "2") {
          await session.post("3");
        }
      }
      await probe.noteCloseCode("close code", socket);
      const next = await session.upgrade();
      await probe.noteWhetherSocketAlive(next);
    },
  },
  ...["close", "terminate"].map((how) => ({
    name: `the client gives the upgrade up (${how})`,
    run: async (probe) => {
      const { session, socket } = await probing(probe);
      socket[how]();
      await socket.closeCode();
      await probe.noteWhetherAlive(session);
      // A dropped connection is noticed a moment later; until then a second attempt is turned away.
      const next = await eventually(async () => {
        const attempt = await session.openWebSocket();
        attempt.send("2probe");
        return attempt.next().then(() => attempt, () => undefined);
      }, "a second attempt");
      next.send("5");
      await probe.noteWhetherSocketAlive(next);
    },
  })),
  {
    name: "a session that ends takes the probing WebSocket with it",
    run: async (probe) => {
      const { session, socket } = await probing(probe);
      await probe.noteAnswer("POST", session.post("1"));
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(session);
    },
  },
  {
    name: "a second WebSocket while the first is probing is turned away",
    run: async (probe) => {
      const { session, socket } = await probing(probe);
      const second = await session.openWebSocket();
      await probe.noteCloseCode("close code", second);
      socket.send("5");
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "a second WebSocket after the upgrade is turned away",
    run: async (probe) => {
      const { session, socket } = await upgraded(probe);
      const second = await session.openWebSocket();
      await probe.noteCloseCode("close code", second);
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "a second WebSocket of a session that began on WebSocket",
    run: async (probe) => {
      const socket = await probe.openWebSocket();
      const second = await probe.rawWebSocket(`/engine.io/?EIO=4&transport=websocket&sid=${socket.sid}`);
      second.send("2other");
      await probe.noteCloseCode("close code", second);
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "polling after the upgrade is refused",
    run: async (probe) => {
      await probe.resetErrors();
      const { session, socket } = await upgraded(probe);
      await probe.noteAnswer("GET", session.poll());
      await probe.noteAnswer("POST", session.post("4hello"));
      await probe.noteErrors(2);
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  ...["1", "2", "2probe", "5", "6", "xyz"].map((packet) => ({
    name: `upgraded client sends ${JSON.stringify(packet)}`,
    run: async (probe) => {
      const { socket, session } = await upgraded(probe);
      socket.sid = session.sid;
      socket.send(packet);
      await probe.noteWhetherSocketAlive(socket);
    },
  })),
  {
    name: "an upgraded session that loses its WebSocket is closed",
    run: async (probe) => {
      const { session, socket } = await upgraded(probe);
      socket.terminate();
      await probe.noteClose(session);
      await probe.noteAnswer("GET", session.poll());
    },
  },
  {
    name: "a session that the server closes while it is probed",
    run: async (probe) => {
      const { session, socket } = await probing(probe);
      await probe.noteAnswer("POST", session.post("4close-discard"));
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(session);
    },
  },
  {
    name: "the upgrade packet of a session that is closing",
    run: async (probe) => {
      const { session, socket } = await probing(probe);
      await probe.noteAnswer("POST", session.post("4close"));
      socket.send("5");
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(session);
    },
  },
];
