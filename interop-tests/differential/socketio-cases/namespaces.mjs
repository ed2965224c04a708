// Joining: names, payloads, refusals, and packets that come too early or too late.
import { fresh, leaving, shown, transports } from "./scripts.mjs";

const names = [
  "/chat", "/nope", "/Chat", "/chat/", "//chat", "/ chat", "/chat ", "/chat?x=1", "/chat#x", "/grüße", "/gr%C3%BC%C3%9Fe", "/with space",
  "/with%20space",
  "/a/b/c", "/a/../chat", "/__proto__", "/constructor", "/private-", "/private-ok", "/private-é", "/private-\n", "/private-ok\n", "/by-function-x",
  "/family-1", "/family-1x", "/_0", "/[", '/{"a"', "/\u0000", "/😀", `/${"x".repeat(500)}`,
  "/early", "/greeting", "/prepared", "/guarded", "/second-try-x",
];

const payloads = [
  "{}", '{"a":1}', "[]", "null", '"x"', "1", "true", '{"a":1', "{}x", "5{}", "5", '{"__proto__":{"x":1}}', '{"a":"\\ud800"}', '{"a":1e400}',
  '{"a":1,"a":2}', " {}", '{"pid":1,"offset":2}', '{"token":"secret"}',
];

const withoutReply = [
  ["40/chat"], ["40chat,"], ["40/chat,", "40/chat,"], ["40/chat,", '42/chat,["echo"]'], ["40/chat,", "41/chat,"], ["40/chat,", "40/nope,"],
  ["40/nope,", "40/nope,"],
  ["40/nope,", '42/nope,["echo"]'], ["40/slow,", '42/slow,["echo"]'], ["40/slow,", "41/slow,"], ["40/slow,", "430[]"],
  ["40/guarded,", '42/guarded,["echo"]'],
  ["40/guarded,", '40/guarded,{"token":"secret"}'], ["40", "40/chat,", "40/a/b/c,"], ["41"], ["41/chat,"],
];

/** Joins, and then asks what the server has understood. */
const understood = (name, payload) =>
  transports.map((transport) => ({
    name: `${name} (${transport})`,
    run: async (probe) => {
      const line = await probe.line(transport);
      if (await probe.join(line, "/chat", payload)) {
        await probe.exchange(line, ['42/chat,5["echo-ack"]'], { closing: '42/chat,999["facts"]', answer: "43/chat,999" });
      } else {
        await probe.noteEnds();
      }
    },
  }));

/** A client in a namespace of its own, whose questions have the numbers from 0 on, is asked one and answers it. */
const asked = (name, answers) =>
  transports.map((transport) => ({
    name: `${name} (${transport})`,
    run: async (probe) => {
      const namespace = `/private-${name.replaceAll(/\W+/g, "-")}-${transport}`;
      const line = await probe.line(transport);
      await probe.join(line, namespace);
      await line.send([`42${namespace},["ask-me","question",60000,"value"]`]);
      await probe.readUntil(line, "asked", (packet) => packet.startsWith(`42${namespace},0`));
      await line.send(answers.map((answer) => answer.replace("NS", `${namespace},`)));
      if (await probe.readUntil(line, "told", (packet) => packet.startsWith(`42${namespace},["answered"`))) {
        await probe.exchange(line, [], { closing: `42${namespace},999["sum",1,1]`, answer: `43${namespace},999` });
      } else {
        await probe.noteEnds();
      }
    },
  }));

export const namespaceCases = [
  ...names.flatMap((name) => fresh(`namespace ${shown(name)}`, [`40${name},`])),
  ...names.slice(0, 12).flatMap((name) => fresh(`namespace without a comma ${shown(name)}`, [`40${name}`])),
  ...payloads.flatMap((payload) => understood(`payload ${shown(payload)}`, payload)),
  ...withoutReply.flatMap((packets) => fresh(`in one go ${packets.map(shown).join(" ")}`, packets)),
  ...leaving("leave and come back at once", ["41", "40"]),
  ...leaving("leave twice", ["41", "41"]),
  ...leaving("an event after the goodbye", ["41", '42["echo"]']),
  ...leaving("an answer after the goodbye", ["41", "430[]"]),
  ...leaving("another namespace after the goodbye", ["41", "40/chat,"]),
  ...leaving("events before the goodbye", ['42["broadcast",{"to":["nobody"]},"x",1]', "41", "40"]),
  ...asked("an answer without arguments", ["43NS0[]"]),
  ...asked("an answer without a payload", ["43NS0"]),
  ...asked("an answer with many arguments", ['43NS0[1,"two",null]']),
  ...asked("an answer that comes twice", ['43NS0["first"]', '43NS0["second"]']),
  ...asked("an answer with zeros before its number", ['43NS000["zero"]']),
  ...asked("an answer to another question", ['43NS1["wrong"]', '43NS0["right"]']),
  ...asked("an answer that is no array", ["43NS0{}"]),
];
