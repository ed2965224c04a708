const byId = (id) => document.getElementById(id);
const newKey = () => Math.random().toString(36).slice(2);

byId("name").value = `Guest ${Math.floor(Math.random() * 1000)}`;

// The load balancer sends all requests with the same ?client=... to the same node.
const socket = io({
  query: { client: newKey() },
  reconnectionDelay: 500,
  reconnectionDelayMax: 2000,
  auth: (send) => send({ name: byId("name").value, room: room() }),
});

let node = ""; // which one serves this page, while one does
socket.on("welcome", (name) => {
  node = name;
  showStatus();
});
socket.on("connect", () => socket.io.engine.once("upgrade", showStatus));
socket.on("disconnect", () => {
  node = "";
  showStatus();
});
socket.on("visitors changed", listVisitors);
socket.on("said", (message) => {
  byId("messages").append(element("li", `${message.name} (node ${message.node}): ${message.text}`));
  while (byId("messages").children.length > 100) {
    byId("messages").firstChild.remove();
  }
});

byId("move").addEventListener("click", () => {
  socket.io.opts.query.client = newKey();
  connectAgain();
});
byId("introduction").addEventListener("submit", (event) => {
  event.preventDefault();
  connectAgain(); // the name is part of the introduction
});
byId("chat").addEventListener("submit", (event) => {
  event.preventDefault();
  socket.emit("say", byId("text").value);
  byId("text").value = "";
});
byId("ask").addEventListener("click", async () => {
  const { nodes, missing } = await ask("ask every node");
  byId("nodes").replaceChildren(
    ...nodes.map((it) => element("li", `Node ${it.node} is process ${it.process} and serves ${it.visitors}`)),
    ...(missing ? [element("li", `Without an answer: ${missing}`)] : []));
});
for (const choice of document.querySelectorAll("[name=room]")) {
  choice.addEventListener("change", () => socket.emit("enter", room()));
}

function room() {
  return document.querySelector("[name=room]:checked").value;
}

function connectAgain() {
  socket.disconnect().connect();
}

function showStatus() {
  byId("status").textContent = node ? `Served by node ${node} over ${socket.io.engine.transport.name}` : "Connecting…";
  document.body.dataset.node = node;
}

// One question at a time. What changes while it is on its way is asked for with the next one: the last answer is always
// younger than the last change.
let asking = false;
let changed = false;
async function listVisitors() {
  changed = true;
  if (asking) {
    return;
  }
  asking = true;
  while (changed) {
    changed = false;
    try {
      const visitors = await ask("who is there");
      byId("visitors").replaceChildren(...visitors.map(rowOf));
    } catch {
      break; // not connected: the welcome of the next connection comes with a change
    }
  }
  asking = false;
}

function rowOf(visitor) {
  const row = document.createElement("tr");
  const isMe = visitor.id === socket.id;
  row.append(element("td", isMe ? `${visitor.name} (you)` : visitor.name), element("td", visitor.node), element("td", visitor.room ?? ""));
  row.dataset.node = visitor.node;
  return row;
}

function ask(question) {
  return socket.timeout(10_000).emitWithAck(question);
}

function element(tag, text) {
  const created = document.createElement(tag);
  created.textContent = text;
  return created;
}
