import { avatarOf, byId, element, reconcile, setText } from "./dom.js";

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const calendar = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });
const groupedWithin = 5 * 60_000;

const dayOf = (message) => new Date(message.at).toDateString();
const keyOf = (message) => `${message.from}/${message.nonce}`;

// The messages of the open conversation.
export class LogView {
  #log = byId("log");
  #shown = null;
  #me = () => "";
  #retry;

  constructor({ me, retry }) {
    this.#me = me;
    this.#retry = retry;
  }

  render(conversation) {
    const atEnd = this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < 80;
    const changed = conversation !== this.#shown;
    if (changed) {
      this.#log.replaceChildren();
      this.#shown = conversation;
    }
    const messages = conversation?.messages ?? [];
    reconcile(this.#log, messages, {
      keyOf,
      create: (message) => this.#create(message),
      update: (item, message, index) => this.#update(item, message, messages[index - 1], conversation),
    });
    this.#log.classList.toggle("empty", messages.length === 0);
    const ownLast = messages.at(-1)?.id === undefined && messages.length > 0;
    if (changed || atEnd || ownLast) {
      this.#log.scrollTop = this.#log.scrollHeight;
    }
  }

  #create(message) {
    const own = message.from === this.#me();
    const state = element("p", { className: "state" });
    return element("li", { className: own ? "message own" : "message" },
      element("p", { className: "separator" }),
      avatarOf(message.from),
      element("div", { className: "bubble" },
        element("p", { className: "meta" },
          element("span", { className: own ? "visually-hidden" : "author", text: own ? "You" : message.from }),
          " ",
          element("time", { datetime: new Date(message.at).toISOString(), text: clock.format(message.at) })),
        element("p", { className: "text", dir: "auto", text: message.text }),
        state));
  }

  #update(item, message, previous, conversation) {
    const isNew = conversation.newFrom !== null && message.id === conversation.newFrom;
    const newDay = !previous || dayOf(previous) !== dayOf(message);
    const separator = isNew ? "New messages" : message.afterGap ? "Older messages were not kept" : newDay ? calendar.format(message.at) : "";
    setText(item.firstChild, separator);
    item.firstChild.hidden = separator === "";
    item.classList.toggle("has-new", isNew);
    item.classList.toggle("grouped", separator === "" && previous?.from === message.from && message.at - previous.at < groupedWithin);
    item.classList.toggle("pending", message.id === undefined);
    this.#updateState(item.querySelector(".state"), message, conversation);
  }

  #updateState(state, message, conversation) {
    const text = message.error ? `Not sent: ${message.error} ` : message.id === undefined ? "Sending…" : "";
    if (state.dataset.text === text) {
      return;
    }
    state.dataset.text = text;
    state.textContent = text;
    state.classList.toggle("error", Boolean(message.error));
    if (message.error) {
      const again = element("button", { type: "button", className: "link", text: "Try again" });
      again.addEventListener("click", () => this.#retry(conversation, message));
      state.append(again);
    }
  }
}
