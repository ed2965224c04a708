// The usual shape of a case: join, send packets, see what comes of it; on both transports.

export const transports = ["websocket", "polling"];

/** Packets of a client that has joined the main namespace. */
export const joined = (name, packets, { path, eio } = {}) =>
  transports.map((transport) => ({
    name: `${name} (${transport})`,
    run: async (probe) => {
      const line = await probe.line(transport, { path, eio });
      await probe.join(line);
      await probe.exchange(line, packets);
    },
  }));

/** Packets of a client that has joined the main namespace and leaves it. */
export const leaving = (name, packets) =>
  transports.map((transport) => ({
    name: `${name} (${transport})`,
    run: async (probe) => {
      const line = await probe.line(transport);
      await probe.join(line);
      await probe.exchangeWithoutMain(line, packets);
    },
  }));

/** Packets of a client that has joined nothing. */
export const fresh = (name, packets, { path, eio } = {}) =>
  transports.map((transport) => ({
    name: `${name} (${transport})`,
    run: async (probe) => {
      const line = await probe.line(transport, { path, eio });
      await probe.exchangeWithoutMain(line, packets);
    },
  }));

/** A packet that stands for itself. */
export const shown = (packet) => {
  const text = typeof packet === "string" ? JSON.stringify(packet) : `<${packet.toString("hex")}>`;
  return text.length > 80 ? `${text.slice(0, 60)}... of ${text.length}` : text;
};

export const shownAll = (packets) => packets.map(shown).join(" ");
