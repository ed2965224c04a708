// Resuming a session by literal credentials.
const path = "/io-recovery/";

/** A client that has got one event; gives what a later one needs to resume, and the line. */
async function first(probe, namespace) {
  const line = await probe.line("websocket", { path });
  await line.send([`40${namespace},`]);
  const connected = await line.next("the reply");
  const { sid, pid } = JSON.parse(connected.slice(connected.indexOf("{")));
  [sid, pid].forEach((id) => probe.mask(id));
  await line.send([`42${namespace},["echo","first"]`]);
  const echoed = await line.next("the echo");
  const offset = JSON.parse(echoed.slice(echoed.indexOf("["))).at(-1);
  probe.mask(offset);
  return { line, sid, pid, offset };
}

async function drop(probe, { line, sid }) {
  line.drop();
  await probe.journal(sid, (entries) => entries.some(({ what }) => what === "disconnect"));
}

/** Connects with the payload and writes down what comes until the reply; ids are masked, so a resumed one shows as <sid>. */
async function resume(probe, namespace, payload, sid, label = "resumed") {
  const line = await probe.line("websocket", { path });
  await line.send([`40${namespace},${JSON.stringify(payload)}`]);
  const received = [];
  let packet;
  do {
    packet = await line.next(label);
    received.push(packet);
  } while (typeof packet !== "string" || !/^4[04]/.test(packet));
  const reply = JSON.parse(packet.slice(packet.indexOf("{")));
  // The offsets of missed events are opaque; that there is one is what counts.
  const events = received.slice(0, -1).map((one) => (typeof one === "string" ? one.replace(/,"[^",]+"\]$/, ',"<offset>"]') : one.toString("hex")));
  probe.note(label, { events, isResumed: reply.sid === sid });
  return { line, reply };
}

/** Another client sends events to everybody in the namespace. */
async function say(probe, namespace, values) {
  const line = await probe.line("websocket", { path });
  await line.send([`40${namespace},`]);
  await line.next("the reply");
  const frames = values.flatMap((value) => value);
  await line.send([...frames, `42${namespace},999["sum",1,1]`]);
  let packet;
  do {
    packet = await line.next("the answer");
  } while (typeof packet !== "string" || !packet.startsWith(`43${namespace},999`));
  line.drop();
}

const broadcast = (namespace, value) => `42${namespace},["broadcast",{},"news",${JSON.stringify(value)}]`;
const binaryBroadcast = (namespace) => [`451-${namespace},["broadcast",{},"news",{"_placeholder":true,"num":0}]`, Buffer.from([1, 2])];

const payloads = {
  "its credentials": ({ pid, offset }) => ({ pid, offset }),
  "its credentials and more": ({ pid, offset }) => ({ pid, offset, token: "x" }),
  "an unknown pid": ({ offset }) => ({ pid: "nobody", offset }),
  "an unknown offset": ({ pid }) => ({ pid, offset: "nothing" }),
  "an empty offset": ({ pid }) => ({ pid, offset: "" }),
  "a number as pid": ({ offset }) => ({ pid: 1, offset }),
  "a number as offset": ({ pid }) => ({ pid, offset: 1 }),
  "null as offset": ({ pid }) => ({ pid, offset: null }),
  "an array as pid": ({ pid, offset }) => ({ pid: [pid], offset }),
  "the sid as pid": ({ sid, offset }) => ({ pid: sid, offset }),
  "an offset alone": ({ offset }) => ({ offset }),
  "the name of a prototype": () => ({ pid: "__proto__", offset: "__proto__" }),
  "no offset": ({ pid }) => ({ pid }),
};

const ownNamespace = (name) => `/private-${name.replaceAll(/\W+/g, "-")}`;

const inOwnNamespace = (name, run) => ({ name, run: (probe) => run(probe, ownNamespace(name)) });

export const recoveryCases = [
  ...Object.entries(payloads).map(([name, payload]) =>
    inOwnNamespace(`resume with ${name}`, async (probe, namespace) => {
      const before = await first(probe, namespace);
      await drop(probe, before);
      await say(probe, namespace, [broadcast(namespace, 1), broadcast(namespace, "two"), binaryBroadcast(namespace)]);
      await resume(probe, namespace, payload(before), before.sid);
    }),
  ),
  inOwnNamespace("resume in another namespace", async (probe, namespace) => {
    const before = await first(probe, namespace);
    await drop(probe, before);
    await resume(probe, `${namespace}-2`, { pid: before.pid, offset: before.offset }, before.sid);
  }),
  inOwnNamespace("resume after a goodbye", async (probe, namespace) => {
    const before = await first(probe, namespace);
    await before.line.send([`41${namespace},`]);
    await probe.journal(before.sid, (entries) => entries.some(({ what }) => what === "disconnect"));
    await resume(probe, namespace, { pid: before.pid, offset: before.offset }, before.sid);
  }),
  inOwnNamespace("resume while the first connection is still there", async (probe, namespace) => {
    const before = await first(probe, namespace);
    await resume(probe, namespace, { pid: before.pid, offset: before.offset }, before.sid);
  }),
  inOwnNamespace("the replies of a server that recovers", async (probe, namespace) => {
    const line = await probe.line("websocket", { path });
    await probe.join(line, namespace);
    await line.send([`42${namespace},["echo",1]`]);
    const event = await line.next("the echo");
    probe.note("has an offset", typeof JSON.parse(event.slice(event.indexOf("["))).at(-1));
  }),
];
