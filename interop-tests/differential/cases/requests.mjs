// Polls and posts of a live session: overlap, limits, methods, connections that break off.
import { RawRequest } from "../../support/raw-http.mjs";
import { settled } from "../../support/raw-session.mjs";

async function startPost(session, { body, contentLength, headers }) {
  const request = new RawRequest(session.url, { method: "POST", path: session.target(), body, contentLength, headers });
  await settled(session.url, request);
  return request;
}

const posts = {
  "an empty body": ["", {}],
  "a close packet": ["1", {}],
  "a ping": ["2", {}],
  "an unknown packet": ["xyz", {}],
  "octet-stream": ["4hello", { contentType: "application/octet-stream" }],
  "octet-stream with a parameter": ["4hello", { contentType: "application/octet-stream; charset=x" }],
  "no usual content type": ["4hello", { contentType: "image/png" }],
};

const sizes = [9_999, 10_000, 10_001, 50_000];

export const requestCases = [
  {
    name: "a poll with data pending is answered at once",
    run: async (probe) => {
      const session = await probe.open();
      await probe.noteAnswer("POST", session.post("4hello"));
      await probe.noteAnswer("GET", session.poll());
    },
  },
  {
    name: "a poll without data is held until there is some",
    run: async (probe) => {
      const session = await probe.open();
      const pending = await session.startPoll();
      await probe.noteAnswer("POST", session.post("4hello"));
      await probe.noteAnswer("GET", pending.response);
    },
  },
  {
    name: "a second poll ends the session",
    run: async (probe) => {
      const session = await probe.open();
      const first = await session.startPoll();
      await probe.noteAnswer("second", session.poll());
      await probe.noteAnswer("first", first.response);
      await probe.noteClose(session);
      await probe.noteAnswer("third", session.poll());
    },
  },
  {
    name: "a second post while the first is being read ends the session",
    run: async (probe) => {
      const session = await probe.open();
      const first = await startPost(session, { body: "4hel", contentLength: 6 });
      await probe.noteAnswer("second", session.post("4world"));
      await probe.noteAnswer("first", first.response);
      await probe.noteClose(session);
    },
  },
  ...Object.entries(posts).flatMap(([name, [body, options]]) => [
    {
      name: `post with ${name}`,
      run: async (probe) => {
        const session = await probe.open();
        await probe.noteAnswer("POST", session.post(body, options));
        await probe.noteWhetherAlive(session);
      },
    },
    {
      name: `post with ${name} while a poll is pending`,
      run: async (probe) => {
        const session = await probe.open();
        const pending = await session.startPoll();
        await probe.noteAnswer("POST", session.post(body, options));
        await probe.noteAnswer("after it", session.post("3"));
        await session.post("4for the pending poll");
        await probe.noteAnswer("pending poll", pending.response);
      },
    },
  ]),
  ...sizes.map((size) => ({
    name: `post of ${size} bytes where 10,000 are allowed`,
    run: async (probe) => {
      const session = await probe.open("/small/");
      await probe.noteAnswer("POST", session.post("4".padEnd(size, "a")));
      probe.note("poll", size > 10_000 ? "nothing" : await session.pollText());
      await probe.noteWhetherAlive(session);
    },
  })),
  {
    name: "the size limit counts bytes, not characters",
    run: async (probe) => {
      const session = await probe.open("/small/");
      await probe.noteAnswer("POST", session.post(`4${"é".repeat(5_000)}`));
      await probe.noteWhetherAlive(session);
    },
  },
  {
    name: "a body that is too large is refused before it has ended",
    run: async (probe) => {
      const session = await probe.open("/small/");
      const post = await startPost(session, { body: "4".padEnd(15_000, "a"), contentLength: 50_000 });
      await probe.noteAnswer("POST", post.response);
      await probe.noteWhetherAlive(session);
    },
  },
  ...[8_000, 15_000].map((size) => ({
    name: `post of ${size} bytes in chunks where 10,000 are allowed`,
    run: async (probe) => {
      const session = await probe.open("/small/");
      const post = new RawRequest(session.url, { method: "POST", path: session.target(), headers: { "transfer-encoding": "chunked" } });
      const data = "4".padEnd(size, "a");
      post.write(`${data.length.toString(16)}\r\n${data}\r\n0\r\n\r\n`);
      await probe.noteAnswer("POST", post.response);
    },
  })),
  ...["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"].map((method) => ({
    name: `${method} on a live session`,
    run: async (probe) => {
      const session = await probe.open();
      await probe.noteAnswer(method, session.request(method));
      await probe.noteWhetherAlive(session);
    },
  })),
  {
    name: "a poll that the client abandons ends the session",
    run: async (probe) => {
      const session = await probe.open();
      const pending = await session.startPoll();
      pending.abort();
      await probe.noteClose(session);
      await probe.noteAnswer("GET", session.poll());
    },
  },
  {
    name: "a post that the client abandons ends the session",
    run: async (probe) => {
      const session = await probe.open();
      const post = await startPost(session, { body: "4hel", contentLength: 100 });
      post.abort();
      await probe.noteClose(session);
      await probe.noteAnswer("GET", session.poll());
    },
  },
  {
    name: "a post that comes in pieces is one payload",
    run: async (probe) => {
      const session = await probe.open();
      const post = await startPost(session, { body: Buffer.from("4h€").subarray(0, 4), contentLength: 7 });
      post.write(Buffer.from([0xac]));
      post.write("lo");
      await probe.noteAnswer("POST", post.response);
      await probe.noteAnswer("GET", session.poll());
    },
  },
];
