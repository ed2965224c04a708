import { avatarOf, byId, element, reconcile, setText } from "./dom.js";

// The lists beside the conversation: rooms, people, and who is in this room.
export class DirectoryView {
  #conversations;
  #open;

  constructor(conversations, open) {
    this.#conversations = conversations;
    this.#open = open;
    byId("sidebar").addEventListener("keydown", (event) => this.#walk(event, byId("sidebar")));
    byId("members").addEventListener("keydown", (event) => this.#walk(event, byId("members")));
  }

  render() {
    const { rooms, people, active, me } = this.#conversations;
    reconcile(byId("rooms"), rooms, {
      keyOf: ({ key }) => key,
      create: (room) => this.#entry(room, element("span", { className: "hash", "aria-hidden": "true", text: "#" })),
      update: (item, room) => this.#updateRoom(item, room),
    });
    reconcile(byId("people"), people, {
      keyOf: ({ key }) => key,
      create: (person) => this.#entry(person, avatarOf(person.name)),
      update: (item, person) => this.#updatePerson(item, person),
    });
    setText(byId("people-heading"), `Online (${this.#conversations.onlineCount})`);
    byId("nobody").hidden = people.length > 0;

    const members = active?.isRoom ? this.#conversations.membersOf(active) : [];
    reconcile(byId("member-list"), members, {
      keyOf: (name) => name.toLowerCase(),
      create: (name) => this.#member(name),
      update: (item, name) => setText(item.querySelector(".note"), name === me ? "you" : ""),
    });
    setText(byId("members-heading"), `In this room (${members.length})`);
    this.#keepOneTabStop(byId("sidebar"));
    this.#keepOneTabStop(byId("members"));
  }

  #entry(conversation, symbol) {
    const button = element("button", { type: "button", className: "entry" },
      symbol,
      element("span", { className: "grow", text: conversation.name }),
      element("span", { className: "note", "aria-hidden": "true" }),
      element("span", { className: "badge", "aria-hidden": "true" }),
      element("span", { className: "visually-hidden" }));
    button.addEventListener("click", () => this.#open(conversation));
    return element("li", {}, button);
  }

  #member(name) {
    const button = element("button", { type: "button", className: "entry" },
      avatarOf(name), element("span", { className: "grow", text: name }), element("span", { className: "note" }));
    button.addEventListener("click", () => name !== this.#conversations.me && this.#open(this.#conversations.person(name)));
    return element("li", {}, button);
  }

  #updateRoom(item, room) {
    const here = this.#conversations.membersOf(room).length;
    item.firstChild.classList.toggle("not-joined", !room.joined);
    const people = `${here} ${here === 1 ? "person" : "people"}`;
    this.#update(item, room, room.joined ? String(here) : `Join (${here})`, room.joined ? people : `${people}, join`);
  }

  #updatePerson(item, person) {
    const online = this.#conversations.isOnline(person.name);
    item.querySelector(".avatar").classList.toggle("online", online);
    item.firstChild.classList.toggle("is-offline", !online);
    this.#update(item, person, online ? "" : "offline", online ? "online" : "offline");
  }

  #update(item, conversation, note, spokenNote) {
    const [, , noteNode, badge, spoken] = item.firstChild.children;
    setText(noteNode, note);
    setText(badge, conversation.unread ? String(conversation.unread) : "");
    badge.hidden = conversation.unread === 0;
    setText(spoken, `, ${spokenNote}${conversation.unread ? `, ${conversation.unread} unread` : ""}`);
    if (conversation === this.#conversations.active) {
      item.firstChild.setAttribute("aria-current", "true");
    } else {
      item.firstChild.removeAttribute("aria-current");
    }
  }

  // A list is one stop for Tab; inside it the arrow keys walk.
  #keepOneTabStop(container, wanted) {
    const entries = [...container.querySelectorAll("button.entry")];
    const stop = wanted ?? entries.find((it) => it === document.activeElement) ?? entries.find((it) => it.ariaCurrent === "true") ?? entries[0];
    for (const entry of entries) {
      entry.tabIndex = entry === stop ? 0 : -1;
    }
  }

  #walk(event, container) {
    const entries = [...container.querySelectorAll("button.entry")];
    const at = entries.indexOf(document.activeElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const to = { ArrowDown: Math.min(at + 1, entries.length - 1), ArrowUp: Math.max(at - 1, 0), Home: 0, End: entries.length - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.#keepOneTabStop(container, entries[to]);
      entries[to].focus();
    }
  }
}
