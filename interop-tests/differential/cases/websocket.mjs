// Frames: what they carry, which are refused with which code.

/** A client frame written by hand; the mask is zero so that the payload stays readable. */
function frame(firstByte, payload, { masked = true, length = payload.length } = {}) {
  const flag = masked ? 0x80 : 0;
  const head = length < 126 ? [firstByte, flag | length] : [firstByte, flag | 126, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), masked ? Buffer.alloc(4) : Buffer.alloc(0), Buffer.from(payload)]);
}

const fin = 0x80;
const text = 1;
const binary = 2;
const close = 8;
const ping = 9;

const brokenFrames = {
  "an unmasked frame": frame(fin | text, "4hello", { masked: false }),
  "a reserved bit": frame(fin | 0x40 | text, "4hello"),
  "an unknown opcode": frame(fin | 3, "4hello"),
  "an unknown control opcode": frame(fin | 0xb, ""),
  "a fragmented ping": frame(ping, "a"),
  "a ping of 126 bytes": frame(fin | ping, Buffer.alloc(126)),
  "a continuation of nothing": frame(fin, "4hello"),
  "a text frame inside a fragmented message": Buffer.concat([frame(text, "4he"), frame(fin | text, "llo")]),
  "invalid UTF-8": frame(fin | text, Buffer.from([0x34, 0xc3, 0x28])),
  "UTF-8 of a surrogate": frame(fin | text, Buffer.from([0x34, 0xed, 0xa0, 0x80])),
  "UTF-8 that ends too soon": frame(fin | text, Buffer.from([0x34, 0xe2, 0x82])),
  "a close frame of one byte": frame(fin | close, Buffer.from([3])),
  "a close frame with the reserved code 1005": frame(fin | close, Buffer.from([3, 0xed])),
  "a close frame with the unknown code 999": frame(fin | close, Buffer.from([3, 0xe7])),
  "a close frame with a broken reason": frame(fin | close, Buffer.from([3, 0xe8, 0xc3, 0x28])),
};

const goodFrames = {
  "a message in three fragments": Buffer.concat([frame(text, "4h"), frame(0, "el"), frame(fin, "lo")]),
  "fragments with a ping between": Buffer.concat([frame(text, "4h"), frame(fin | ping, "x"), frame(fin, "ello")]),
  "a character split between fragments": Buffer.concat([frame(text, Buffer.from([0x34, 0xe2, 0x82])), frame(fin, Buffer.from([0xac]))]),
  "a binary message in fragments": Buffer.concat([frame(binary, [1, 2]), frame(fin, [3])]),
  "an empty first fragment": Buffer.concat([frame(text, ""), frame(fin, "4hello")]),
  "a pong that nobody asked for": Buffer.concat([frame(fin | 0xa, "x"), frame(fin | text, "4hello")]),
  "two frames at once": Buffer.concat([frame(fin | text, "4one"), frame(fin | text, "4two")]),
};

export const websocketCases = [
  {
    name: "text and binary are echoed as such",
    run: async (probe) => {
      const socket = await probe.openWebSocket();
      socket.send("4hello");
      await probe.noteMessage("text", socket);
      socket.send(Buffer.from([1, 2, 255]));
      await probe.noteMessage("binary", socket);
      socket.send("4");
      await probe.noteMessage("empty text", socket);
      socket.send(Buffer.alloc(0));
      await probe.noteMessage("empty binary", socket);
      socket.send("bAQL/");
      await probe.noteMessage("binary as base64 text", socket);
      socket.close();
    },
  },
  {
    name: "b64 turns binary into text frames",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/engine.io/", { query: "&b64=1" });
      socket.send(Buffer.from([1, 2, 255]));
      await probe.noteMessage("binary", socket);
      socket.send("bAQL/");
      await probe.noteMessage("base64", socket);
      socket.close();
    },
  },
  ...[9_999, 10_000, 10_001].flatMap((size) => [
    {
      name: `text frame of ${size} bytes where 10,000 are allowed`,
      run: async (probe) => {
        const socket = await probe.openWebSocket("/small/");
        socket.send("4".padEnd(size, "a"));
        if (size > 10_000) {
          await probe.noteCloseCode("close code", socket);
          await probe.noteClose(socket);
        } else {
          probe.note("echoed", (await socket.next()).length);
          socket.close();
        }
      },
    },
    {
      name: `binary frame of ${size} bytes where 10,000 are allowed`,
      run: async (probe) => {
        const socket = await probe.openWebSocket("/small/");
        socket.send(Buffer.alloc(size));
        if (size > 10_000) {
          await probe.noteCloseCode("close code", socket);
          await probe.noteClose(socket);
        } else {
          probe.note("echoed", (await socket.next()).length);
          socket.close();
        }
      },
    },
  ]),
  {
    name: "fragments that together exceed the limit",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/small/");
      socket.socket._socket.write(Buffer.concat([frame(text, "4".padEnd(8_000, "a")), frame(fin, "a".repeat(8_000))]));
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(socket);
    },
  },
  {
    name: "a compressed message that inflates past the limit of the server",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/deflate/", { perMessageDeflate: { threshold: 0 } });
      socket.send("4".padEnd(1_500_000, "a"));
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(socket);
    },
  },
  ...Object.entries(brokenFrames).map(([name, bytes]) => ({
    name: `${name} is refused`,
    run: async (probe) => {
      const socket = await probe.openWebSocket();
      socket.socket._socket.write(bytes);
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(socket);
    },
  })),
  ...Object.entries(goodFrames).map(([name, bytes]) => ({
    name: `${name} is accepted`,
    run: async (probe) => {
      const socket = await probe.openWebSocket();
      socket.socket._socket.write(bytes);
      await probe.noteMessage("echo", socket);
      await probe.noteWhetherSocketAlive(socket);
    },
  })),
  ...[undefined, 1000, 1001, 4001].map((code) => ({
    name: `client closes with ${code ?? "no code"}`,
    run: async (probe) => {
      const socket = await probe.openWebSocket();
      socket.close(code);
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(socket);
    },
  })),
  {
    name: "client drops the connection",
    run: async (probe) => {
      const socket = await probe.openWebSocket();
      socket.terminate();
      await probe.noteClose(socket);
    },
  },
  {
    name: "client resets the connection",
    run: async (probe) => {
      const socket = await probe.openWebSocket();
      socket.socket._socket.resetAndDestroy();
      await probe.noteClose(socket);
    },
  },
  {
    name: "a ping frame is answered with its own bytes",
    run: async (probe) => {
      const socket = await probe.openWebSocket();
      const pong = new Promise((resolve) => socket.socket.once("pong", resolve));
      socket.socket.ping("hello");
      probe.note("pong", (await pong).toString());
      await probe.noteWhetherSocketAlive(socket);
    },
  },
  {
    name: "ping frames are no heartbeat",
    run: async (probe) => {
      const socket = await probe.openWebSocket("/fast/");
      await probe.noteMessage("ping packet", socket);
      socket.socket.ping("hello");
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(socket);
    },
  },
];
