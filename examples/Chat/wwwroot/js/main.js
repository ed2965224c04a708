import { Chat } from "./chat.js";
import { DirectoryView } from "./directory-view.js";
import { byId, element, paintAvatar, setText } from "./dom.js";
import { LogView } from "./log-view.js";
import { remembered } from "./remembered.js";

if (!window.io) {
  byId("no-client").hidden = false;
  throw new Error("/socket.io/socket.io.js is missing.");
}

const firstRoom = "Lobby";
const narrow = matchMedia("(max-width: 760px)");
const wide = matchMedia("(min-width: 1080px)");

// ?transports=polling or ?transports=websocket: what to connect with, to see that each works alone.
const transports = new URLSearchParams(location.search).get("transports")?.split(",");

const chat = new Chat({ transports });
const { conversations } = chat;
const directory = new DirectoryView(conversations, openConversation);
const log = new LogView({ me: () => conversations.me, retry: (conversation, message) => chat.retry(conversation, message) });
const text = byId("text");
let justSignedIn = false;

// Signing in and out

function showSignIn(error = "") {
  byId("app").hidden = true;
  byId("sign-in").hidden = false;
  byId("name").value = remembered.name;
  showError("name", error);
  byId("name").focus();
  byId("name").select();
}

function showError(field, error) {
  setText(byId(field === "name" ? "name-error" : "room-error"), error);
  byId(field).setAttribute("aria-invalid", String(error !== ""));
}

function signIn(name) {
  const rooms = remembered.rooms;
  chat.signIn(name, remembered.key, rooms.length > 0 ? rooms : [firstRoom]);
}

byId("sign-in-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const name = byId("name").value.trim();
  if (name === "") {
    showError("name", "Please enter a name.");
    return;
  }
  showError("name", "");
  remembered.name = name;
  signIn(name);
});

byId("sign-out").addEventListener("click", async () => {
  remembered.signedIn = false;
  await chat.signOut();
  location.reload(); // the simplest way to forget everything
});

chat.addEventListener("welcome", ({ detail: { name } }) => {
  remembered.name = name;
  remembered.signedIn = true;
  setText(byId("my-name"), name);
  paintAvatar(byId("my-avatar"), name);
  if (byId("app").hidden) {
    byId("sign-in").hidden = true;
    byId("app").hidden = false;
    justSignedIn = true;
  }
});

chat.addEventListener("refused", ({ detail: { message } }) => {
  remembered.signedIn = false;
  showSignIn(message);
});

// Conversations

async function openConversation(conversation) {
  hidePanels();
  if (conversation.isRoom && !conversation.joined) {
    const error = await chat.join(conversation.name);
    if (error) {
      announce(error);
      return;
    }
  } else {
    chat.activate(conversation);
  }
  text.focus();
}

chat.addEventListener("opened", ({ detail: { conversation } }) => {
  if (byId("log").dataset.key !== (conversation?.key ?? "")) {
    byId("log").dataset.key = conversation?.key ?? "";
    text.value = conversation?.draft ?? "";
    fitText();
  }
  log.render(conversation);
  renderTyping();
});

chat.addEventListener("directory", soon(() => {
  directory.render();
  renderHeader();
  remembered.rooms = conversations.joinedRooms.map(({ name }) => name);
}));

function renderHeader() {
  const { active, totalUnread } = conversations;
  document.title = `${totalUnread ? `(${totalUnread}) ` : ""}${active ? `${active.name} · ` : ""}SocketIoSharp Chat`;
  setText(byId("title"), active ? `${active.isRoom ? "# " : ""}${active.name}` : "No room");
  setText(byId("subtitle"), subtitle(active));
  byId("leave").hidden = !active?.isRoom;
  byId("show-members").hidden = !active?.isRoom;
  byId("members").classList.toggle("none", !active?.isRoom);
  setText(byId("total-unread"), String(totalUnread));
  byId("total-unread").hidden = totalUnread === 0;
  byId("composer").hidden = !active;
  text.placeholder = active ? `Message ${active.isRoom ? "#" : ""}${active.name}` : "";
  if (justSignedIn && active) {
    justSignedIn = false;
    text.focus();
  }
}

function subtitle(active) {
  if (!active) {
    return "Choose a room to join.";
  }
  if (!active.isRoom) {
    return `Private messages · ${conversations.isOnline(active.name) ? "online" : "offline"}`;
  }
  const here = conversations.membersOf(active).length;
  return here === 1 ? "Only you are here" : `${here} people here`;
}

chat.addEventListener("message", ({ detail: { conversation, message, isNew } }) => {
  if (conversation === conversations.active) {
    log.render(conversation);
  }
  if (isNew) {
    announce(`${message.from}${conversation.isRoom ? ` in ${conversation.name}` : ", private"}: ${message.text}`);
  }
});

function announce(what) {
  const announcer = byId("announcer");
  announcer.append(element("p", { text: what }));
  while (announcer.childElementCount > 5) {
    announcer.firstElementChild.remove();
  }
}

document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && chat.markRead());

byId("leave").addEventListener("click", async () => {
  const error = await chat.leave(conversations.active);
  if (error) {
    announce(error);
    return;
  }
  chat.activate(conversations.joinedRooms[0] ?? null);
  (conversations.active ? text : byId("rooms").querySelector("button") ?? byId("new-room")).focus();
});

// Writing

byId("composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const message = text.value.trim();
  if (message !== "" && conversations.active) {
    text.value = "";
    conversations.active.draft = "";
    fitText();
    chat.send(conversations.active, message);
  }
  text.focus();
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    byId("composer").requestSubmit();
  }
});

text.addEventListener("input", () => {
  const { active } = conversations;
  fitText();
  active.draft = text.value;
  if (text.value.trim() === "") {
    chat.stopTyping(active);
  } else {
    chat.typing(active);
  }
});

function fitText() {
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight + 2}px`;
}

chat.addEventListener("typing", ({ detail: { conversation } }) => conversation === conversations.active && renderTyping());

function renderTyping() {
  const names = [...(conversations.active?.typing.keys() ?? [])];
  const who = names.length > 2 ? "Several people" : names.join(" and ");
  setText(byId("typing"), names.length === 0 ? "" : `${who} ${names.length === 1 ? "is" : "are"} typing…`);
}

// The connection

chat.addEventListener("status", soon(() => {
  const { state, text: words, transport } = chat.status;
  byId("status").dataset.state = state;
  setText(byId("status"), words);
  byId("status").title = transport ? `Connected by ${transport}` : words;
  byId("banner").hidden = state === "online";
  setText(byId("banner"), state === "online" ? "" : "No connection. What you write is sent as soon as there is one.");
  setText(byId("sign-in-submit"), state === "connecting" ? "Connecting…" : "Join the chat");
}));

// Dialogs, panels and keys

byId("new-room").addEventListener("click", () => {
  byId("new-room-form").reset();
  showError("room-name", "");
  byId("new-room-dialog").showModal();
});

byId("cancel-room").addEventListener("click", () => byId("new-room-dialog").close());

byId("new-room-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const name = byId("room-name").value.trim();
  const error = name === "" ? "Please enter a name." : await chat.join(name);
  showError("room-name", error ?? "");
  if (!error) {
    byId("new-room-dialog").close();
    hidePanels();
    text.focus();
  }
});

byId("help").addEventListener("click", () => byId("help-dialog").showModal());
byId("show-sidebar").addEventListener("click", () => showPanel("sidebar", "show-sidebar"));
byId("show-members").addEventListener("click", () => {
  if (wide.matches) {
    byId("app").classList.toggle("without-members");
    byId("show-members").setAttribute("aria-expanded", String(!byId("app").classList.contains("without-members")));
  } else {
    showPanel("members", "show-members");
  }
});
byId("shade").addEventListener("click", hidePanels);
narrow.addEventListener("change", hidePanels);
wide.addEventListener("change", hidePanels);

function showPanel(panel, opener) {
  byId(panel).classList.add("open");
  byId("shade").hidden = false;
  byId("conversation").inert = true;
  byId(opener).setAttribute("aria-expanded", "true");
  (byId(panel).querySelector("button.entry[tabindex='0']") ?? byId(panel).querySelector("button"))?.focus();
}

function hidePanels() {
  byId("sidebar").classList.remove("open");
  byId("members").classList.remove("open");
  byId("shade").hidden = true;
  byId("conversation").inert = false;
  byId("show-sidebar").setAttribute("aria-expanded", "false");
  byId("show-members").setAttribute("aria-expanded", String(wide.matches && !byId("app").classList.contains("without-members")));
}

document.addEventListener("keydown", (event) => {
  if (byId("app").hidden || document.querySelector("dialog[open]")) {
    return; // Escape closes a dialog by itself
  }
  if (event.key === "Escape") {
    hidePanels();
    text.focus();
  } else if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    const all = [...conversations.joinedRooms, ...conversations.people];
    const at = all.indexOf(conversations.active);
    const next = all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length];
    if (next) {
      openConversation(next);
    }
  }
});

// Many changes in one go are drawn once.
function soon(draw) {
  let planned = false;
  return () => {
    if (!planned) {
      planned = true;
      queueMicrotask(() => {
        planned = false;
        draw();
      });
    }
  };
}

hidePanels();
if (remembered.signedIn && remembered.name !== "") {
  signIn(remembered.name);
} else {
  showSignIn();
}
