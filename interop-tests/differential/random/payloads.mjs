// The bodies of polling, of protocol 4 and of protocol 3.

/** Packets as the body of a POST; bytes stand for a binary message. */
export function encodePayload(packets, version) {
  if (version === 4) {
    return packets.map((packet) => (typeof packet === "string" ? packet : `b${packet.toString("base64")}`)).join("\x1e");
  }
  return packets
    .map((packet) => (typeof packet === "string" ? packet : `b4${packet.toString("base64")}`))
    .map((packet) => `${packet.length}:${packet}`)
    .join("");
}

/** The packets of an answer; a payload that cannot be read stands there as it is. */
export function decodePayload({ headers, body }, version) {
  if (version === 4) {
    return body.toString().split("\x1e").map((packet) => (packet[0] === "b" ? Buffer.from(packet.slice(1), "base64") : packet));
  }
  return headers["content-type"] === "application/octet-stream" ? decodeBinary(body) : decodeText(body.toString());
}

export function decodeText(payload) {
  const packets = [];
  for (let rest = payload; rest.length > 0; ) {
    const [head, length] = /^(\d+):/.exec(rest) ?? [];
    if (head === undefined) {
      return [...packets, `unreadable: ${rest}`];
    }
    const packet = rest.slice(head.length, head.length + Number(length));
    rest = rest.slice(head.length + Number(length));
    packets.push(packet.startsWith("b4") ? Buffer.from(packet.slice(2), "base64") : packet);
  }
  return packets;
}

export function decodeBinary(payload) {
  const packets = [];
  for (let at = 0; at < payload.length; ) {
    const mark = payload.indexOf(0xff, at);
    if (mark < 0) {
      return [...packets, `unreadable: <${payload.subarray(at).toString("hex")}>`];
    }
    const length = Number([...payload.subarray(at + 1, mark)].join(""));
    const data = payload.subarray(mark + 1, mark + 1 + length);
    packets.push(payload[at] === 0 ? data.toString() : data.subarray(1));
    at = mark + 1 + length;
  }
  return packets;
}

/** A binary payload of protocol 3. */
export function encodeBinaryPayload(packets) {
  const parts = packets.map((packet) => {
    const data = typeof packet === "string" ? Buffer.from(packet) : Buffer.concat([Buffer.from([4]), packet]);
    return Buffer.concat([Buffer.from([typeof packet === "string" ? 0 : 1, ...String(data.length).split("").map(Number), 0xff]), data]);
  });
  return Buffer.concat(parts);
}
