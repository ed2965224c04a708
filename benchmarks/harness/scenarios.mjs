// The loads: options of the load generator, and what of its answer gets into the table.
const socketIO = ["ours", "ours-inline", "ours-epoll", "ours-epoll-inline", "ours-epoll-lean", "ours-nospin", "ours-lean", "node", "eiows", "bun"];
const withRooms = [...socketIO, "signalr"];
const all = [...withRooms, "raw"];

const inEpoll = ["ours-chat-epoll", "ours-chat-epoll-lean", "ours-chat-class-epoll-lean"];

const cost = { title: "µs", field: "cpu_us_per_msg", digits: 1 };
const fineCost = { ...cost, digits: 2 };
const micro = (title, field) => ({ title: `${title}, µs`, field, digits: 0 });
const tails = [
  micro("p99.9", "p999"),
  micro("longest", "max"),
  micro("p99.9 undisturbed", "quiet_p999"),
  micro("longest undisturbed", "quiet_max"),
];
const large = 10_000_000;

export const scenarios = {
  echo: { title: "echo, 100 clients, one in flight", kinds: all, load: { connections: 100 }, metrics: [cost] },
  "echo-16": {
    title: "echo, 20 clients, 16 in flight",
    kinds: all,
    load: { scenario: "echo", connections: 20, "in-flight": 16 },
    metrics: [fineCost],
  },
  ack: { title: "acknowledgement, 100 clients", kinds: withRooms, load: { connections: 100 }, metrics: [cost] },
  binary: { title: "attachment of 256 bytes, 100 clients", kinds: socketIO, load: { connections: 100, bytes: 256 }, metrics: [cost] },
  fanout: { title: "broadcast to 1,000, a delivery", kinds: withRooms, load: { connections: 1000 }, metrics: [fineCost] },
  "fanout-8": {
    title: "broadcast to 1,000, eight in flight, a delivery",
    kinds: withRooms,
    load: { scenario: "fanout", connections: 1000, "in-flight": 8 },
    metrics: [fineCost],
  },
  rooms: { title: "100 rooms of 10, a delivery", kinds: withRooms, load: { connections: 1000, room: 10 }, metrics: [fineCost] },
  // Everything that runs once for each connection takes longer to be compiled well.
  connect: { title: "connect to close", kinds: withRooms, load: { connections: 50, "warmup-min": 16 }, metrics: [cost] },
  polling: { title: "polling, POST and GET", kinds: socketIO, load: { connections: 50 }, metrics: [cost] },
  paced: {
    title: "echo, 5,000 a second over 100 clients",
    kinds: all,
    load: { connections: 100, rate: 5000 },
    metrics: [cost, micro("p50", "p50"), micro("p99", "p99"), micro("p99.9", "p999")],
  },
  idle: {
    title: "10,000 idle clients",
    kinds: [...withRooms, "ours-chat", "ours-chat-class", "ours-chat-lean", "ours-chat-class-lean", ...inEpoll],
    load: { connections: 10_000, "in-flight": 10 },
    metrics: [
      { title: "KB a client", field: "rss_kb_per_conn", digits: 1 },
      { title: "KB a client after a burst", field: "rss_kb_per_conn_after_burst", digits: 1 },
    ],
  },
  "neighbours-large": {
    title: "50 clients beside echoes of 10 MB",
    kinds: withRooms,
    load: { scenario: "neighbours", connections: 50, rate: 1000, disturbance: "large", size: large },
    environment: { MAX_BUFFER: `${2 * large}` },
    metrics: tails,
  },
  "neighbours-broadcast": {
    title: "50 clients beside broadcasts to 10,000",
    kinds: withRooms,
    load: { scenario: "neighbours", connections: 50, rate: 1000, disturbance: "broadcast", size: 10_000 },
    metrics: tails,
  },
};
