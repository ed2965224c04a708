// The first answer of a session on either transport.

const paths = ["/engine.io/", "/fast/", "/polling-only/", "/small/", "/cookie/", "/initial/", "/noupgrade/", "/headers/", "/middleware/"];
const oldBrowser = { "user-agent": "Mozilla/4.0 (compatible;MSIE 8.0; Windows NT 6.1)" };

export const handshakeCases = [
  ...paths.map((path) => ({
    name: `polling handshake on ${path}`,
    run: async (probe) => {
      const answer = await probe.http(`${path}?EIO=4&transport=polling`);
      probe.note("length of the id", /"sid":"([\w-]+)"/.exec(answer.body)[1].length);
      probe.note("content-length", Number(answer.headers["content-length"]) === answer.body.length);
    },
  })),
  ...["/eio3/", "/initial/", "/noupgrade/"].flatMap((path) => ["", "&b64=1"].map((query) => ({
    name: `polling handshake of protocol 3 on ${path} ${query}`,
    run: (probe) => probe.http(`${path}?EIO=3&transport=polling${query}`),
  }))),
  ...["/engine.io/", "/websocket-only/", "/cookie/", "/noupgrade/", "/headers/", "/middleware/", "/deflate/"].map((path) => ({
    name: `WebSocket handshake on ${path}`,
    run: async (probe) => {
      const socket = await probe.openWebSocket(path);
      probe.note("open packet", socket.openPacket);
      const { headers } = socket;
      probe.note("headers", [headers["set-cookie"], headers["x-mw"], headers["x-initial"], headers["x-every"]].map((value) => value ?? null));
      probe.note("extensions", headers["sec-websocket-extensions"] ?? null);
      socket.close();
    },
  })),
  ...[4, 3].map((eio) => ({
    name: `the initial packet is the second frame (protocol ${eio})`,
    run: async (probe) => {
      const socket = await probe.openWebSocket("/initial/", { eio });
      probe.note("open packet", socket.openPacket);
      await probe.noteMessage("second frame", socket);
      socket.close();
    },
  })),
  {
    name: "old browsers get X-XSS-Protection on GET and POST",
    run: async (probe) => {
      for (const agent of [oldBrowser["user-agent"], "Mozilla/5.0 (Windows NT 6.3; Trident/7.0; rv:11.0) like Gecko", "curl/8"]) {
        const headers = { "user-agent": agent };
        await probe.http("/engine.io/?EIO=4&transport=polling", { headers, label: agent });
        const session = await probe.open();
        await probe.noteAnswer("POST", session.post("4hello", { headers }));
        await probe.noteAnswer("GET", session.poll({ headers }));
      }
    },
  },
  {
    name: "two sessions have different ids",
    run: async (probe) => {
      const [first, second] = [await probe.open(), await probe.open()];
      probe.note("equal", first.sid === second.sid);
    },
  },
];
