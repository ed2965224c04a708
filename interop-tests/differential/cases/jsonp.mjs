// JSONP: the answer is a script, the message a form field.

const form = { contentType: "application/x-www-form-urlencoded" };
const field = (payload) => `d=${encodeURIComponent(payload)}`;

const indexes = ["0", "12", "1a2", "", "abc", "<script>", "-1"];

const fields = {
  "plain text": field("6:4hello"),
  "an escaped newline": field("4:4a\\nb"),
  "an escaped backslash and n": field("5:4a\\\\nb"),
  "three backslashes and n": field("6:4a\\\\\\nb"),
  "a real newline": field("4:4a\nb"),
  "line separators": field("5:4a\u2028\u2029b"),
  "quotes and angle brackets": field("12:4\"'</script>"),
  "Unicode": field("8:4h€llo😀"),
  "spaces as plus signs": "d=6:4a+b+c",
  "other fields beside it": `x=1&${field("6:4hello")}&y=2`,
  "no field at all": "x=1",
  "an empty field": "d=",
  "an empty body": "",
  "the field twice": `${field("6:4hello")}&${field("6:4world")}`,
  "a bad percent sign": "d=6:4hel%zz",
  "a bad packet": field("1:x"),
  "a close packet": field("1:1"),
  "base64": field("10:b4AQIDBA=="),
};

export const jsonpCases = [
  ...indexes.map((index) => ({
    name: `handshake with j=${index}`,
    run: async (probe) => {
      await probe.http(`/eio3/?EIO=3&transport=polling&b64=1&j=${encodeURIComponent(index)}`);
      await probe.http(`/eio3/?EIO=4&transport=polling&j=${encodeURIComponent(index)}`);
    },
  })),
  ...Object.entries(fields).map(([name, body]) => ({
    name: `post with ${name} in the form`,
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3, query: "&b64=1&j=7" });
      const pending = await session.startPoll();
      await probe.noteAnswer("POST", session.post(body, form));
      const next = await session.post(field("6:4alive"), form);
      probe.note("next POST", next.status);
      await probe.noteAnswer("pending poll", pending.response);
    },
  })),
  {
    name: "the index of the handshake stays",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3, query: "&b64=1&j=7" });
      await session.post(field("6:4hello"), form);
      await probe.noteAnswer("GET", session.poll({ query: "&j=8" }));
    },
  },
  {
    name: "a session of plain polling stays plain",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3 });
      await session.post("6:4hello");
      await probe.noteAnswer("GET", session.poll({ query: "&j=8" }));
    },
  },
  {
    name: "protocol 4 in a script",
    run: async (probe) => {
      const session = await probe.open("/engine.io/", { query: "&j=3" });
      await probe.noteAnswer("POST", session.post(field("4one\x1e4tw\\no\x1e4\u2028"), form));
      await probe.noteAnswer("GET", session.poll());
    },
  },
  {
    name: "a compressed script",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3, query: "&b64=1&j=7" });
      await session.post(field("9:4big:3000"), form);
      await probe.noteAnswer("GET", session.poll({ headers: { "accept-encoding": "gzip" } }));
    },
  },
  {
    name: "closing with and without a poll",
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio: 3, query: "&b64=1&j=7" });
      await probe.noteAnswer("POST", session.post(field("6:4close"), form));
      await probe.noteAnswer("GET", session.poll());
      await probe.noteClose(session);
    },
  },
  {
    name: "errors are no scripts",
    run: (probe) => probe.http("/eio3/?EIO=3&transport=polling&j=7&sid=unknown"),
  },
];
