import { randomKey } from "./remembered.js";
import { Conversations, personKey } from "./conversations.js";

const answerTimeout = 10_000;
const typingLasts = 6_000;
const typingEvery = 2_000;
const inbox = "inbox"; // the stream of all private messages; the others are the keys of rooms

// The conversation with the server. Events: "status", "directory", "message", "typing", "opened", "refused".
export class Chat extends EventTarget {
  conversations = new Conversations();
  #socket;
  #outbox = []; // own messages without an answer, oldest first; they outlive a connection
  #sending = false;
  #behind = true; // true from a lost connection until everything that was missed is here
  #complete = new Set(); // the streams (rooms, and the inbox of private messages) of which nothing is missing
  #lastIds = new Map(); // stream -> the last message up to which it was complete
  #typingSent = new Map();

  constructor({ transports } = {}) {
    super();
    this.#socket = io({ autoConnect: false, reconnectionDelay: 500, reconnectionDelayMax: 4_000, ...(transports ? { transports } : {}) });
    this.#socket.on("connect", () => this.#onConnect());
    this.#socket.on("disconnect", () => this.#onDisconnect());
    this.#socket.on("connect_error", (error) => this.#onConnectError(error));
    this.#socket.on("welcome", (welcome) => this.#onWelcome(welcome));
    this.#socket.on("online", (name) => this.#changed(() => this.conversations.cameOnline(name)));
    this.#socket.on("offline", (name) => this.#changed(() => this.conversations.wentOffline(name)));
    this.#socket.on("joined", (room, name) => this.#changed(() => this.conversations.joined(room, name)));
    this.#socket.on("left", (room, name) => this.#changed(() => this.#onLeft(room, name)));
    this.#socket.on("closed", (room) => this.#changed(() => this.#onClosed(room)));
    this.#socket.on("message", (message) => this.#onMessage(message));
    this.#socket.on("private", (message) => this.#onPrivate(message));
    this.#socket.on("typing", (typing) => this.#onTyping(typing));
    this.#socket.io.on("reconnect_attempt", () => this.#raise("status"));
    this.#socket.io.on("open", () => this.#socket.io.engine.once("upgrade", () => this.#raise("status")));
  }

  // `rooms` are entered once the server knows us.
  signIn(name, key, rooms) {
    this.conversations.me = name;
    for (const room of rooms) {
      this.conversations.room(room).joined = true;
    }
    this.#socket.auth = { name, key };
    this.#socket.connect();
  }

  // Ends when the goodbye is on its way: it frees the name at once, a connection that just ends keeps it for a while.
  async signOut() {
    const { engine } = this.#socket.io;
    const closed = engine?.readyState === "open" ? new Promise((resolve) => engine.once("close", resolve)) : null;
    this.#socket.disconnect();
    await closed;
  }

  get status() {
    if (!this.#socket.connected) {
      return this.#socket.active ? { state: "connecting", text: "Connecting…" } : { state: "offline", text: "Offline" };
    }
    return { state: "online", text: "Connected", transport: this.#socket.io.engine?.transport?.name ?? "" };
  }

  async join(name) {
    const reply = await this.#ask("join", name, 0);
    if (reply.error) {
      return reply.error;
    }
    const room = this.conversations.room(reply.room);
    room.joined = true;
    this.#catchUp(room.key, reply, (message) => this.#add(room, message, { news: false }));
    this.activate(room);
    return null;
  }

  async leave(room) {
    const reply = await this.#ask("leave", room.name);
    if (reply.error) {
      return reply.error;
    }
    room.joined = false;
    room.unread = 0;
    room.messages = [];
    this.#complete.delete(room.key);
    this.#lastIds.delete(room.key);
    this.#forgetTyping(room);
    this.#raise("directory");
    return null;
  }

  activate(conversation) {
    const previous = this.conversations.active;
    if (previous && previous !== conversation) {
      this.stopTyping(previous);
      previous.newFrom = null;
    }
    this.conversations.active = conversation;
    if (conversation) {
      conversation.unread = 0;
    }
    this.#raise("opened", { conversation });
    this.#raise("directory");
  }

  markRead() {
    if (this.conversations.active?.unread) {
      this.conversations.active.unread = 0;
      this.#raise("directory");
    }
  }

  send(conversation, text) {
    const message = { from: this.conversations.me, text, at: Date.now(), nonce: randomKey() };
    conversation.messages.push(message);
    conversation.newFrom = null;
    this.stopTyping(conversation, { silently: true });
    this.#outbox.push({ conversation, message });
    this.#raise("message", { conversation, message, isNew: false });
    this.#flush();
  }

  retry(conversation, message) {
    message.error = undefined;
    this.#outbox.push({ conversation, message });
    this.#raise("message", { conversation, message, isNew: false });
    this.#flush();
  }

  typing(conversation) {
    const now = Date.now();
    if (now - (this.#typingSent.get(conversation) ?? 0) >= typingEvery) {
      this.#typingSent.set(conversation, now);
      this.#sendTyping(conversation, true);
    }
  }

  // A message that arrives ends its author's typing by itself: nothing needs to be said then.
  stopTyping(conversation, { silently = false } = {}) {
    if (this.#typingSent.delete(conversation) && !silently) {
      this.#sendTyping(conversation, false);
    }
  }

  #sendTyping({ isRoom, name }, active) {
    this.#socket.volatile.emit("typing", { room: isRoom ? name : null, to: isRoom ? null : name, active });
  }

  #ask(event, ...parameters) {
    return this.#socket.timeout(answerTimeout).emitWithAck(event, ...parameters)
      .catch(() => ({ error: "The server did not answer.", unanswered: true }));
  }

  #raise(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  #changed(change) {
    change();
    this.#raise("directory");
  }

  async #onConnect() {
    // A recovered session has got its missed events already. Any other one starts with nothing: it enters its rooms
    // again and asks for what came after the last message that it has.
    if (!this.#socket.recovered) {
      this.#complete.clear();
    }
    while (!(await this.#resume())) {
      if (!this.#socket.connected) {
        return; // gone again; the next connection goes on from here
      }
    }
    this.#behind = false;
    this.#raise("status");
    if (!this.conversations.active) {
      this.activate(this.conversations.joinedRooms[0] ?? null);
    }
    this.#flush();
  }

  async #resume() {
    for (const room of this.conversations.joinedRooms.filter(({ key }) => !this.#complete.has(key))) {
      const reply = await this.#ask("join", room.name, this.#lastIds.get(room.key) ?? 0);
      if (reply.unanswered) {
        return false;
      }
      if (reply.error) {
        room.joined = false;
        continue;
      }
      const news = this.#lastIds.has(room.key);
      this.#catchUp(room.key, reply, (message) => this.#add(room, message, { news }));
    }
    if (!this.#complete.has(inbox)) {
      const reply = await this.#ask("inbox", this.#lastIds.get(inbox) ?? 0);
      if (reply.unanswered) {
        return false;
      }
      const news = this.#lastIds.has(inbox);
      this.#catchUp(inbox, reply, (message) => this.#addPrivate(message, { news }));
    }
    this.#raise("directory");
    return true;
  }

  #catchUp(stream, { messages, gap }, add) {
    messages.forEach(add);
    if (gap && messages.length > 0) {
      messages[0].afterGap = true;
    }
    this.#complete.add(stream);
    this.#advance(stream, messages.at(-1)?.id ?? 0);
  }

  // While older messages are still on their way, a new one does not mean that the stream is complete up to it.
  #advance(stream, id) {
    if (this.#complete.has(stream)) {
      this.#lastIds.set(stream, Math.max(this.#lastIds.get(stream) ?? 0, id));
    }
  }

  #onDisconnect() {
    this.#behind = true;
    for (const conversation of [...this.conversations.rooms, ...this.conversations.people]) {
      this.#forgetTyping(conversation);
    }
    this.#raise("status");
  }

  #onConnectError(error) {
    this.#raise("status");
    if (error.data?.code) {
      this.#raise("refused", { message: error.message }); // the server's own refusal; anything else is tried again
    }
  }

  #onWelcome({ name, online, rooms }) {
    this.conversations.me = name;
    this.conversations.reset(online, rooms);
    this.#raise("directory");
    this.#raise("welcome", { name });
  }

  #onLeft(roomName, name) {
    this.conversations.left(roomName, name);
    this.#setTyping(this.conversations.room(roomName), name, false);
  }

  #onMessage(message) {
    const room = this.conversations.room(message.room);
    this.#advance(room.key, message.id);
    this.#add(room, message, { news: room.joined });
  }

  #onPrivate(message) {
    this.#advance(inbox, message.id);
    this.#addPrivate(message, { news: true });
  }

  // Only empty rooms are closed: who is still in one has come back from a lost connection, and enters it again.
  #onClosed(roomName) {
    this.#complete.delete(this.conversations.room(roomName).key);
    this.conversations.closed(roomName);
  }

  #addPrivate(message, how) {
    this.#add(this.conversations.person(this.#isMe(message.from) ? message.to : message.from), message, how);
  }

  #add(conversation, message, { news }) {
    const isNew = conversation.add(message) && news && !this.#isMe(message.from);
    const seen = conversation === this.conversations.active && document.visibilityState === "visible";
    if (isNew && (!seen || this.#behind)) {
      conversation.newFrom ??= message.id;
    }
    if (isNew && !seen) {
      conversation.unread++;
      this.#raise("directory");
    }
    this.#setTyping(conversation, message.from, false);
    this.#raise("message", { conversation, message, isNew });
  }

  #isMe(name) {
    return name.toLowerCase() === this.conversations.me.toLowerCase();
  }

  // Sends what waits, one at a time, and again until it is answered: the server knows each message by its nonce.
  async #flush() {
    if (this.#sending) {
      return;
    }
    this.#sending = true;
    while (this.#outbox.length > 0 && this.#socket.connected && !this.#behind) {
      const { conversation, message } = this.#outbox[0];
      const reply = await this.#ask(conversation.isRoom ? "message" : "private", conversation.name, message.text, message.nonce);
      if (reply.unanswered) {
        continue;
      }
      this.#outbox.shift();
      if (reply.error) {
        message.error = reply.error;
        this.#raise("message", { conversation, message, isNew: false });
      }
    }
    this.#sending = false;
  }

  #onTyping({ room, from, active }) {
    if (!this.#isMe(from)) {
      this.#setTyping(room ? this.conversations.room(room) : this.conversations.open(personKey(from), from), from, active);
    }
  }

  #setTyping(conversation, name, active) {
    const timer = conversation.typing.get(name);
    if (!active && timer === undefined) {
      return;
    }
    clearTimeout(timer);
    if (active) {
      conversation.typing.set(name, setTimeout(() => this.#setTyping(conversation, name, false), typingLasts));
    } else {
      conversation.typing.delete(name);
    }
    this.#raise("typing", { conversation });
  }

  #forgetTyping(conversation) {
    for (const name of [...conversation.typing.keys()]) {
      this.#setTyping(conversation, name, false);
    }
  }
}
