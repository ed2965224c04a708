// What this browser remembers: the name, the key that makes the name ours, and the rooms.
const prefix = "socketiosharp-chat.";

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(prefix + name));
  } catch {
    return null; // no storage, or not ours
  }
}

function write(name, value) {
  try {
    localStorage.setItem(prefix + name, JSON.stringify(value));
  } catch {
    // Private windows may refuse; the chat works without a memory.
  }
}

// crypto.randomUUID would need https; this works on a plain http address of the local network too.
export function randomKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function ownKey() {
  const key = read("key");
  if (typeof key === "string" && key.length === 32) {
    return key;
  }
  const fresh = randomKey();
  write("key", fresh);
  return fresh;
}

export const remembered = {
  key: ownKey(),
  get name() {
    const name = read("name");
    return typeof name === "string" ? name : "";
  },
  set name(value) {
    write("name", value);
  },
  get signedIn() {
    return read("signed-in") === true;
  },
  set signedIn(value) {
    write("signed-in", value);
  },
  get rooms() {
    const rooms = read("rooms");
    return Array.isArray(rooms) ? rooms.filter((room) => typeof room === "string").slice(0, 20) : [];
  },
  set rooms(value) {
    write("rooms", value);
  },
};
