// Which requests are ours, and how the query is read.
import { rawRequest } from "../../support/raw-http.mjs";

const statusOf = async (probe, path) => {
  probe.note(`status of ${path}`, (await rawRequest(probe.url, { path })).status);
};

const handshakeTargets = [
  "/engine.io/?EIO=4&transport=polling",
  "/engine.io/x/y?EIO=4&transport=polling",
  "/engine.io/?EIO=4&transport=polling&t=abc123",
  "/engine.io/?transport=polling&EIO=4",
  "/engine.io/?EIO=4&transport=polling&sid=",
  "/engine.io/?EIO=4&transport=polling&sid",
  "/engine.io/?EIO=4&transport=poll%69ng",
  "/engine.io/?EIO=4&transport=polling&extra=%zz",
  "/engine.io/?EIO=4&transport=polling&__proto__=x&constructor=y",
  "/engine.io/?EIO=4&&transport=polling&",
  "/engine.io/?EIO=3&EIO=4&transport=polling",
  "/engine.io/?EIO=4&transport=abc&transport=polling",
  "/engine.io/?EIO=4&transport=polling&sid=unknown&sid=",
  "/engine.io/?EIO=4&transport=polling&b64=1",
];

const refusedTargets = [
  "/engine.io/",
  "/engine.io/?",
  "/engine.io/?EIO=4",
  "/engine.io/?EIO=4&transport=",
  "/engine.io/?EIO=4&transport=Polling",
  "/engine.io/?EIO=4&Transport=polling",
  "/engine.io/?EIO=4&transport=polling+",
  "/engine.io/?EIO=4&transport=polling&transport=abc",
  "/engine.io/?EIO=4&transport=webtransport",
  "/engine.io/?EIO=4&transport=__proto__",
  "/engine.io/?EIO=4&transport=constructor",
  "/engine.io/?transport=polling",
  "/engine.io/?EIO=&transport=polling",
  "/engine.io/?EIO=04&transport=polling",
  "/engine.io/?EIO=5&transport=polling",
  "/engine.io/?EIO=4&EIO=3&transport=polling",
  "/engine.io/?EIO=4&transport=polling&sid=unknown",
  "/engine.io/?EIO=4&transport=polling&sid=&sid=unknown",
  "/engine.io/?EIO=4&transport=polling&sid=__proto__",
  "/engine.io/?EIO=4&transport=polling&sid=toString",
  `/engine.io/?EIO=4&transport=polling&sid=${"x".repeat(2000)}`,
  "/engine.io/?EIO=4&transport=websocket",
  "/allow/?EIO=4&transport=polling&deny=1",
  "/allow/?EIO=3&transport=polling&deny=1",
  "/allow/?EIO=3&transport=polling",
  "/middleware/?EIO=4&transport=abc&refuse=1",
  "/eio3/?transport=websocket",
];

/** Several things are wrong at once: the answer tells which is looked at first. */
const orderTargets = [
  ["POST", "/engine.io/?EIO=3&transport=abc&sid=unknown"],
  ["POST", "/engine.io/?EIO=3&transport=polling&sid=unknown"],
  ["POST", "/engine.io/?EIO=3&transport=polling"],
  ["PUT", "/engine.io/?EIO=4&transport=websocket"],
  ["GET", "/engine.io/?EIO=3&transport=websocket"],
  ["POST", "/allow/?EIO=4&transport=polling&deny=1"],
  ["POST", "/middleware/?EIO=4&transport=polling&refuse=1"],
];

const foreignTargets = [
  "/engine.io?EIO=4&transport=polling", "/ENGINE.IO/?EIO=4&transport=polling", "/engine.iox/?EIO=4&transport=polling", "/", "/other/",
];

export const routingCases = [
  ...handshakeTargets.map((target) => ({ name: `handshake at ${target}`, run: (probe) => probe.http(target) })),
  ...refusedTargets.map((target) => ({
    name: `refusal at ${target.slice(0, 90)}`,
    run: async (probe) => {
      await probe.resetErrors();
      await probe.http(target);
      await probe.noteErrors();
    },
  })),
  ...orderTargets.map(([method, target]) => ({
    name: `order of checks: ${method} ${target}`,
    run: async (probe) => {
      await probe.resetErrors();
      await probe.http(target, { method });
      await probe.noteErrors();
    },
  })),
  ...foreignTargets.map((target) => ({ name: `not ours: ${target}`, run: (probe) => statusOf(probe, target) })),
  {
    name: "allowRequest is asked for handshakes only",
    run: async (probe) => {
      const session = await probe.open("/allow/");
      await probe.noteAnswer("POST", session.post("4hello", { query: "&deny=1" }));
      await probe.noteAnswer("GET", session.poll({ query: "&deny=1" }));
    },
  },
];
