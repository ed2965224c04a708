// Each packet type and payload from a client of protocol 4, on each transport: what comes of it.

const packets = ["0", "0{}", "1", "1x", "2", "2probe", "3", "3probe", "4", "4hello", "5", "6", "7", "9", "x", "abc", "", " 4a", "é", "\u0000"];

const payloads = {
  "several packets": "4one\x1e4two\x1e4three",
  "text and binary": "4hello\x1ebAQIDBA==",
  "an empty message": "4",
  "empty binary": "b",
  "Unicode": "4h€llo😀\x1e4\u{10ffff}",
  "base64 without padding": "bAQIDBA",
  "base64 of the URL alphabet": "b-_-_",
  "base64 with line breaks": "bAQID\r\nBA==",
  "a separator at the end": "4one\x1e",
  "a separator at the start": "\x1e4one",
  "two separators": "4one\x1e\x1e4two",
  "an unknown packet in the middle": "4one\x1exyz\x1e4two",
  "a close packet in the middle": "4one\x1e1\x1e4two",
  "a ping in the middle": "4one\x1e2\x1e4two",
  "a byte order mark": "\ufeff4one",
};

export const packetCases = [
  ...packets.map((packet) => ({
    name: `polling client sends ${JSON.stringify(packet)}`,
    run: async (probe) => {
      const session = await probe.open();
      const pending = await session.startPoll();
      await probe.noteAnswer("POST", session.post(packet));
      const posted = await session.post("4alive");
      await probe.noteAnswer("pending poll", pending.response);
      probe.note("next POST", posted.status);
      if (posted.status !== 200) {
        await probe.noteClose(session);
      }
    },
  })),
  ...packets.map((packet) => ({
    name: `WebSocket client sends ${JSON.stringify(packet)}`,
    run: async (probe) => {
      const socket = await probe.openWebSocket();
      socket.send(packet);
      await probe.noteWhetherSocketAlive(socket);
    },
  })),
  ...Object.entries(payloads).flatMap(([name, payload]) => [
    {
      name: `payload with ${name}`,
      run: async (probe) => {
        const session = await probe.open();
        await probe.noteAnswer("POST", session.post(payload));
        await probe.noteAnswer("GET", session.poll());
      },
    },
    {
      name: `payload with ${name}, a poll is pending`,
      run: async (probe) => {
        const session = await probe.open();
        const pending = await session.startPoll();
        await probe.noteAnswer("POST", session.post(payload));
        await probe.noteAnswer("pending poll", pending.response);
        await probe.noteAnswer("next poll", session.post("3"));
      },
    },
  ]),
  {
    name: "a payload of invalid UTF-8",
    run: async (probe) => {
      const session = await probe.open();
      await probe.noteAnswer("POST", session.post(Buffer.from([0x34, 0xff, 0xfe, 0x61])));
      await probe.noteAnswer("GET", session.poll());
    },
  },
];
