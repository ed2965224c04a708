// Protocol 3: lengths, binary payloads, base64, the client's heartbeat.

const bytes = (...parts) => Buffer.concat(parts.map((part) => Buffer.from(part)));
const octets = { contentType: "application/octet-stream" };

const textPayloads = [
  "6:4hello", "4:4one4:4two", "8:4h€llo😀", "11:4h€llo😀", "6:4hello10:b4AQIDBA==", "2:b4", "1:4", "0:", "0:6:4hello", "6:4hello0:",
  "", ":", "6", "abc", "x:4hello", "7:4hello", "5:4hello", "6:4hello7", "6:4hello7:", "-1:4", "06:4hello", "6 :4hello", "1e1:4123456789",
  "1:x", "1:7", "99999999999999999999:4a", "1:1", "1:2", "6:2hello", "6:2probe", "1:3", "1:0", "1:5", "1:6", "6:4hello1:x6:4world",
  "6:4hello1:16:4world",
];

const binaryPayloads = {
  "one string": bytes([0, 6, 255], "4hello"),
  "one binary": bytes([1, 4, 255, 4, 1, 2, 3]),
  "string and binary": bytes([0, 6, 255], "4hello", [1, 4, 255, 4, 1, 2, 3]),
  "a string that counts bytes": bytes([0, 1, 2, 255], "4h€llo😀"),
  "a string that counts UTF-16 units": bytes([0, 8, 255], "4h€llo😀"),
  "a length of two digits": bytes([0, 1, 1, 255], "4helloworld"),
  "an empty string": bytes([0, 1, 255], "4"),
  "an empty binary": bytes([1, 1, 255, 4]),
  "nothing": bytes(),
  "no end of the length": bytes([0, 6]),
  "a length that is too large": bytes([0, 9, 255], "4hello"),
  "a length that is not a digit": bytes([0, 65, 255], "4hello"),
  "an endless length": bytes([0], Buffer.alloc(400, 1), [255], "4hello"),
  "an unknown kind": bytes([2, 6, 255], "4hello"),
  "invalid UTF-8": bytes([0, 3, 255, 0x34, 0xc3, 0x28]),
  "a ping": bytes([0, 1, 255], "2"),
  "a close packet": bytes([0, 1, 255], "1"),
  "a binary ping": bytes([1, 1, 255, 2]),
  "an unknown binary type": bytes([1, 2, 255, 9, 1]),
};

const frames = ["4hello", "4", "2", "2hello", "2probe", "3", "1", "0", "5", "6", "x", "", "b4AQIDBA==", "bAQID"];
const binaryFrames = [[4, 1, 2, 255], [4], [2], [3], [1], [9, 1], []];

async function noteOutcome(probe, session, body, options) {
  const pending = await session.startPoll();
  await probe.noteAnswer("POST", session.post(body, options));
  const next = await session.post("6:4alive");
  probe.note("next POST", next.status);
  await probe.noteAnswer("pending poll", pending.response);
  if (next.status !== 200) {
    await probe.noteClose(session);
  }
}

export const protocol3Cases = [
  ...["", "&b64=1"].flatMap((query) => textPayloads.map((payload) => ({
    name: `text payload ${JSON.stringify(payload)} ${query}`,
    run: async (probe) => noteOutcome(probe, await probe.open("/eio3/", { eio: 3, query }), payload),
  }))),
  ...["", "&b64=1"].flatMap((query) => Object.entries(binaryPayloads).map(([name, payload]) => ({
    name: `binary payload of ${name} ${query}`,
    run: async (probe) => noteOutcome(probe, await probe.open("/eio3/", { eio: 3, query }), payload, octets),
  }))),
  ...frames.map((frame) => ({
    name: `WebSocket frame ${JSON.stringify(frame)}`,
    run: async (probe) => {
      const socket = await probe.openWebSocket("/eio3/", { eio: 3 });
      socket.send(frame);
      await probe.noteWhetherSocketAlive(socket);
    },
  })),
  ...binaryFrames.map((frame) => ({
    name: `binary WebSocket frame [${frame}]`,
    run: async (probe) => {
      const socket = await probe.openWebSocket("/eio3/", { eio: 3 });
      socket.send(Buffer.from(frame));
      await probe.noteWhetherSocketAlive(socket);
    },
  })),
  {
    name: "b64 on the WebSocket handshake turns binary into text frames",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/eio3/", { eio: 3, query: "&b64=1" });
      socket.send(Buffer.from([4, 1, 2, 255]));
      await probe.noteMessage("echo", socket);
      socket.close();
    },
  },
  {
    name: "after an upgrade the query of the WebSocket decides about base64",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3, query: "&b64=1" });
      const socket = await session.upgrade();
      socket.send(Buffer.from([4, 1, 2, 255]));
      await probe.noteMessage("echo", socket);
      socket.close();
    },
  },
  {
    name: "one session alternates between text and binary payloads",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3 });
      for (const body of ["6:4hello", "6:4hello10:b4AQIDBA==", "8:4h€llo😀", "8:4h€llo😀6:b4AQL/"]) {
        await session.post(body);
        await probe.noteAnswer(body, session.poll());
      }
    },
  },
  {
    name: "a long text with characters of every length",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3 });
      const text = `4${"aé€😀".repeat(200)}`;
      await probe.noteAnswer("POST", session.post(`${text.length}:${text}`));
      await probe.noteAnswer("GET", session.poll());
    },
  },
  {
    name: "lone surrogates of a client are not sent back as they are",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3 });
      await probe.noteAnswer("POST", session.post(Buffer.concat([Buffer.from("3:4"), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from("a")])));
      await probe.noteAnswer("GET", session.post("6:4alive"));
    },
  },
  {
    name: "a missing version counts as 3",
    run: async (probe) => {
      await probe.http("/eio3/?transport=polling");
      await probe.http("/eio3/?EIO=2&transport=polling");
    },
  },
  {
    name: "second poll, second post and their ends",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3 });
      const first = await session.startPoll();
      await probe.noteAnswer("second", session.poll());
      await probe.noteAnswer("first", first.response);
      await probe.noteClose(session);
    },
  },
  {
    name: "post beyond the limit",
    run: async (probe) => {
      const session = await probe.open("/small/", { eio: 3 });
      await probe.noteAnswer("POST", session.post(`20000:${"4".padEnd(20_000, "a")}`));
      await probe.noteAnswer("binary POST", session.post(Buffer.alloc(20_000), octets));
      await probe.noteWhetherAlive(session);
    },
  },
];
