// Every refusal with its number, and what the server's own listeners are told.
import { RawRequest, rawRequest, upgradeHeaders } from "../../support/raw-http.mjs";

const polling = (query) => `/engine.io/?EIO=4&transport=polling${query}`;

/** Runs the steps and adds what was reported meanwhile. */
const withErrors = (steps, count = 1) => async (probe) => {
  await probe.resetErrors();
  await steps(probe);
  await probe.noteErrors(count);
};

const refusedUpgrades = [
  "/engine.io/?EIO=4",
  "/engine.io/?EIO=4&transport=abc",
  "/engine.io/?EIO=4&transport=__proto__",
  "/engine.io/?EIO=4&transport=webtransport",
  "/engine.io/?EIO=4&transport=websocket&sid=unknown",
  "/allow/?EIO=4&transport=websocket&deny=1",
  "/middleware/?EIO=4&transport=websocket&refuse=1",
  "/polling-only/?EIO=4&transport=websocket",
  "/websocket-only/?EIO=4&transport=polling",
];

export const errorCases = [
  { name: "unknown transport", run: withErrors((probe) => probe.http("/engine.io/?EIO=4&transport=abc")) },
  { name: "transport that is not enabled", run: withErrors((probe) => probe.http("/websocket-only/?EIO=4&transport=polling")) },
  { name: "unknown session, GET", run: withErrors((probe) => probe.http(polling("&sid=unknown"))) },
  { name: "unknown session, POST", run: withErrors((probe) => probe.http(polling("&sid=unknown"), { method: "POST", body: "4a" })) },
  ...["POST", "PUT", "DELETE", "HEAD", "OPTIONS"].map((method) => ({
    name: `handshake by ${method}`,
    run: withErrors((probe) => probe.http(polling(""), { method })),
  })),
  { name: "WebSocket transport without an upgrade", run: withErrors((probe) => probe.http("/engine.io/?EIO=4&transport=websocket")) },
  { name: "failing middleware", run: withErrors((probe) => probe.http("/middleware/?EIO=4&transport=polling&refuse=1")) },
  { name: "denied by allowRequest", run: withErrors((probe) => probe.http("/allow/?EIO=4&transport=polling&deny=1")) },
  { name: "protocol 3 where it is not allowed", run: withErrors((probe) => probe.http("/engine.io/?EIO=3&transport=polling")) },
  {
    name: "failing middleware on a live session",
    run: withErrors(async (probe) => {
      const session = await probe.open("/middleware/");
      await probe.noteAnswer("refused", session.post("4hello", { query: "&refuse=1" }));
      await probe.noteWhetherAlive(session);
    }),
  },
  {
    name: "plain request for WebSocket on a polling session",
    run: withErrors(async (probe) => {
      const session = await probe.open();
      await probe.http(session.target("websocket"), { label: "GET" });
      await probe.noteWhetherAlive(session);
    }),
  },
  {
    name: "polling on a WebSocket session",
    run: withErrors(async (probe) => {
      const socket = await probe.openWebSocket();
      const target = `/engine.io/?EIO=4&transport=polling&sid=${socket.sid}`;
      await probe.http(target, { label: "GET" });
      await probe.http(target, { label: "POST", method: "POST", body: "4a" });
      await probe.noteWhetherSocketAlive(socket);
    }, 2),
  },
  ...["3", "5"].map((eio) => ({
    name: `request of version ${eio} on a session of protocol 4`,
    run: withErrors(async (probe) => {
      const session = await probe.open("/eio3/");
      await probe.http(`/eio3/?EIO=${eio}&transport=polling&sid=${session.sid}`, { label: "GET" });
      await probe.noteWhetherAlive(session);
    }),
  })),
  {
    name: "request of protocol 4 on a session of protocol 3",
    run: withErrors(async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3 });
      await probe.http(`/eio3/?EIO=4&transport=polling&sid=${session.sid}`, { label: "GET" });
      await probe.noteWhetherAlive(session);
    }),
  },
  {
    name: "upgrade of another protocol version",
    run: withErrors(async (probe) => {
      const session = await probe.open("/eio3/");
      await probe.refusedUpgrade(`/eio3/?EIO=3&transport=websocket&sid=${session.sid}`);
      await probe.noteWhetherAlive(session);
    }),
  },
  ...refusedUpgrades.map((target) => ({
    name: `refused upgrade ${target}`,
    run: withErrors((probe) => probe.refusedUpgrade(target)),
  })),
  {
    name: "protocol 3 by WebSocket where it is not allowed",
    run: withErrors(async (probe) => {
      const { statusLine } = await new RawRequest(probe.url, { path: "/engine.io/?EIO=3&transport=websocket", headers: upgradeHeaders }).response;
      probe.note("status line", statusLine);
    }),
  },
  {
    name: "upgrade request that names the polling transport",
    run: async (probe) => {
      const socket = await probe.rawWebSocket("/engine.io/?EIO=4&transport=polling");
      await probe.noteCloseCode("close code", socket);
    },
  },
  {
    name: "upgrade request that names the polling transport of a session",
    run: async (probe) => {
      const session = await probe.open();
      const socket = await probe.rawWebSocket(session.target("polling"));
      await probe.noteCloseCode("close code", socket);
      await probe.noteWhetherAlive(session);
    },
  },
  {
    name: "an upgrade request outside of every engine path",
    run: async (probe) => {
      const answer = await new RawRequest(probe.url, { path: "/elsewhere/?EIO=4&transport=websocket", headers: upgradeHeaders }).response;
      probe.note("upgrade", { aborted: answer.aborted === true });
    },
  },
  {
    name: "Origin with a control character",
    run: async (probe) => {
      probe.note("status", (await rawRequest(probe.url, { path: polling(""), headers: { origin: "http://a\u0001b" } })).status);
    },
  },
];
