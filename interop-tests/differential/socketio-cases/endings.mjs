// How the server ends things: what is on the wire, in which order.
import { transports } from "./scripts.mjs";

const both = (name, run, options) =>
  transports.map((transport) => ({
    name: `${name} (${transport})`,
    run: async (probe) => run(probe, await probe.line(transport, options), transport),
  }));

export const endingCases = [
  ...[true, false].flatMap((close) => [
    ...both(`the server disconnects, ${close ? "the connection too" : "the namespace alone"}`, async (probe, line) => {
      await probe.join(line);
      await probe.exchangeWithoutMain(line, [`42["leave-me",${close}]`]);
      await probe.noteEnds(1);
    }),
    ...both(`the server speaks and disconnects, ${close ? "the connection too" : "the namespace alone"}`, async (probe, line) => {
      await probe.join(line);
      await probe.join(line, "/chat");
      await line.send([`42["say-and-leave-me",${close}]`]);
      await probe.readUntil(line, "received", (packet) => !close && packet === "41");
    }),
  ]),
  ...both("the server's engine closes", async (probe, line) => {
    await probe.join(line);
    await probe.join(line, "/chat");
    await line.send(['42["close-engine"]']);
    await probe.readUntil(line, "received", () => false);
    await probe.noteEnds();
  }),
  ...both("no namespace is joined in time", async (probe, line) => {
    await probe.readUntil(line, "received", () => false);
  }, { path: "/io-hasty/" }),
  ...both("only refusals do not count as joining", async (probe, line) => {
    await line.send(["40/nope,", "40/guarded,"]);
    await probe.readUntil(line, "received", () => false);
  }, { path: "/io-hasty/" }),
  ...both("a volatile event", async (probe, line, transport) => {
    await probe.join(line);
    if (transport === "websocket") {
      await probe.exchange(line, ['42["volatile-me","fleeting",1]']);
    }
  }),
];
