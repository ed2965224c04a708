// What clients of version 2 say (protocol revision 4 over EIO=3): on WebSocket, where both protocols have the same frames.
import { shown, shownAll } from "./scripts.mjs";

const path = "/io-v2/";
const bytes = (...values) => Buffer.from([4, ...values]);

/** A client that has been greeted with "40" and then sends packets. */
const greeted = (name, packets, options) => ({
  name,
  run: async (probe) => {
    const line = await probe.line("websocket", { path, eio: 3 });
    await probe.readUntil(line, "greeted", (packet) => packet === "40");
    await probe.exchange(line, packets, options);
  },
});

const withoutMain = { closing: "40/admin", answer: "40/admin" };

const alone = [
  '42["echo",1]', '42["echo"]', '425["echo-ack",1]', "40", "40{}", "40/", "40/,", "40/chat", "40/chat,", "40/chat?token=a%20b",
  "40/chat?token=a+b&x=1,", "40/chat?", "40/chat?x=1&x=2", "40/chat?__proto__=1", '40/chat,{"a":1}',
  "40/nope", "40/nope?x=1", "40/guarded", "40/guarded?token=secret", "40/guarded?token=wrong&plain=1", "40/gr%C3%BC%C3%9Fe", "40/with%20space",
  "40//chat", "40/a/../chat", "40/by-function-1?pass=yes", "40/by-function-1?pass=no", "40/early",
  '42/chat,["echo"]', '42/?zz=1,["echo"]', "44", '44"x"', "47", "4", "42[", "41/chat", '42["disconnect"]', "430[]", "2", "2probe", "3",
];

const sequences = [
  ['451-["echo",{"_placeholder":true,"num":0}]', bytes(1, 2, 3)],
  ['451-["echo",{"_placeholder":true,"num":1}]', bytes(1)],
  ["40/chat?x=1", '42/chat?zz=1,["echo",2]'],
];

export const protocol4Cases = [
  // The answer to an event may overtake that of another namespace.
  ...alone.map((packet) => greeted(`version 2: ${shown(packet)}`, [packet], packet.startsWith("40/") ? withoutMain : undefined)),
  ...sequences.map((packets) => greeted(`version 2: ${shownAll(packets)}`, packets)),
  greeted("version 2: joins twice", ["40/chat", "40/chat"], withoutMain),
  greeted("version 2: leaves", ["41"], withoutMain),
  greeted("version 2: leaves and comes back at once", ["41", "40"], withoutMain),
  greeted("version 2: an event after the goodbye", ["41", '42["echo"]'], withoutMain),
  {
    name: "version 2: what the server knows of a client",
    run: async (probe) => {
      const line = await probe.line("websocket", { path, eio: 3 });
      await probe.readUntil(line, "greeted", (packet) => packet === "40");
      await line.send(["40/chat?token=a%20b&list=1"]);
      await probe.readUntil(line, "joined", (packet) => packet.startsWith("40/chat"));
      await probe.exchange(line, ['42/chat,1["facts"]', '421["facts"]']);
    },
  },
  {
    name: "version 2: greeted by the second poll",
    run: async (probe) => {
      const session = await probe.open(path, { eio: 3 });
      await probe.noteAnswer("first poll", session.poll());
      await session.post('12:42["echo",1]');
      await probe.noteAnswer("second poll", session.poll());
    },
  },
];
