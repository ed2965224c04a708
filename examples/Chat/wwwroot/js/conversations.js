// The state of the page: who is there, and what was said where. Knows neither the network nor the document.

const messagesKept = 500;

export const roomKey = (name) => `room:${name.toLowerCase()}`;
export const personKey = (name) => `person:${name.toLowerCase()}`;

export class Conversation {
  messages = [];
  unread = 0;
  newFrom = null; // the message above which the line "New messages" is drawn
  joined = false;
  typing = new Map(); // name -> timer that forgets it
  draft = "";

  constructor(key, name) {
    this.key = key;
    this.name = name;
  }

  get isRoom() {
    return this.key.startsWith("room:");
  }

  // Adds a message of the server in the order of ids. Every message comes once, however often it is sent:
  // after a reconnect it may be in the replay, in the history, and in the answer to a second attempt.
  add(message) {
    const pending = this.messages.findIndex((other) => other.nonce === message.nonce && other.from === message.from);
    if (pending >= 0) {
      if (this.messages[pending].id !== undefined) {
        return false;
      }
      this.messages.splice(pending, 1);
    }
    let index = this.messages.length;
    while (index > 0 && !(this.messages[index - 1].id < message.id)) {
      index--;
    }
    this.messages.splice(index, 0, message);
    if (this.messages.length > messagesKept) {
      this.messages.shift();
    }
    return pending < 0;
  }

  get lastMessage() {
    return this.messages.at(-1);
  }
}

export class Conversations {
  me = "";
  active = null;
  #all = new Map();
  #online = new Map(); // lower-case name -> name
  #members = new Map(); // key of the room -> names of who is in it

  open(key, name) {
    let conversation = this.#all.get(key);
    if (!conversation) {
      conversation = new Conversation(key, name);
      this.#all.set(key, conversation);
    }
    return conversation;
  }

  room(name) {
    return this.open(roomKey(name), name);
  }

  person(name) {
    return this.open(personKey(name), name);
  }

  // Every room, joined ones first, in the order of names.
  get rooms() {
    const rooms = [...this.#all.values()].filter((it) => it.isRoom && (it.joined || this.#members.has(it.key)));
    return rooms.sort((a, b) => b.joined - a.joined || a.name.localeCompare(b.name));
  }

  // Who is online and whom we talked to, without ourselves.
  get people() {
    const people = new Map(this.#online);
    for (const it of this.#all.values()) {
      if (!it.isRoom && it.messages.length > 0 && !people.has(it.name.toLowerCase())) {
        people.set(it.name.toLowerCase(), it.name);
      }
    }
    people.delete(this.me.toLowerCase());
    return [...people.values()].sort((a, b) => this.isOnline(b) - this.isOnline(a) || a.localeCompare(b)).map((name) => this.person(name));
  }

  get joinedRooms() {
    return this.rooms.filter((room) => room.joined);
  }

  get totalUnread() {
    return [...this.#all.values()].reduce((sum, it) => sum + it.unread, 0);
  }

  get onlineCount() {
    return this.#online.size;
  }

  isOnline(name) {
    return this.#online.has(name.toLowerCase());
  }

  membersOf(conversation) {
    return [...(this.#members.get(conversation.key) ?? [])].sort((a, b) => a.localeCompare(b));
  }

  // The whole picture, as the server sends it after each connect.
  reset(online, rooms) {
    this.#online = new Map(online.map((name) => [name.toLowerCase(), name]));
    this.#members = new Map(rooms.map((room) => [this.room(room.name).key, new Set(room.members)]));
  }

  cameOnline(name) {
    this.#online.set(name.toLowerCase(), name);
  }

  wentOffline(name) {
    this.#online.delete(name.toLowerCase());
  }

  joined(room, name) {
    const { key } = this.room(room);
    if (!this.#members.has(key)) {
      this.#members.set(key, new Set());
    }
    if (name) {
      this.#members.get(key).add(name);
    }
  }

  left(room, name) {
    this.#members.get(this.room(room).key)?.delete(name);
  }

  closed(room) {
    const { key } = this.room(room);
    this.#members.delete(key);
    if (!this.room(room).joined) {
      this.#all.delete(key);
    }
  }
}
