// As much of a browser as the JSONP transport of the protocol 3 client needs: script elements that fetch and run,
// a form that posts into an iframe.
import { runInThisContext } from "node:vm";

class FakeElement {
  constructor(tag, log) {
    this.tag = tag;
    this.log = log;
    this.style = {};
    this.children = [];
    this.attributes = {};
  }

  setAttribute(name, value) {
    this.attributes[name] = value;
  }

  appendChild(child) {
    return this.insertBefore(child);
  }

  insertBefore(child) {
    child.parentNode = this;
    this.children.push(child);
    if (child.tag === "script") {
      child.load();
    }
    return child;
  }

  removeChild(child) {
    this.children = this.children.filter((other) => other !== child);
    child.parentNode = null;
    child.isRemoved = true;
    return child;
  }

  /** A script runs when it has arrived, unless it was taken out of the page before. */
  async load() {
    try {
      const response = await fetch(this.src);
      const code = await response.text();
      if (!response.ok) {
        throw new Error(`status ${response.status}`);
      }
      this.log.push({ type: response.headers.get("content-type"), code });
      if (!this.isRemoved) {
        runInThisContext(code);
      }
    } catch (error) {
      this.onerror?.(error);
    }
  }

  /** A form of textareas is posted URL-encoded; the iframe that it targets reports when the answer is there. */
  async submit() {
    const fields = new URLSearchParams(
      this.children.filter((child) => child.tag === "textarea").map((area) => [area.name, area.value]),
    );
    const iframe = this.children.find((child) => child.tag === "iframe");
    const response = await fetch(this.action, { method: "POST", body: fields });
    await response.text();
    iframe.onload?.();
  }
}

/** Installs the fake `document`; the answer records every script that has arrived. */
export function installFakeBrowser() {
  const log = [];
  const body = new FakeElement("body", log);
  globalThis.document = {
    body,
    head: body,
    createElement(tag) {
      if (tag.startsWith("<")) {
        // Only very old browsers took markup here; the client falls back when it throws.
        throw new Error("not an element name");
      }
      return new FakeElement(tag, log);
    },
    getElementsByTagName: () => [],
  };
  return log;
}
