// Chromium as a client: one browser for each file of tests, a context of its own for each case, and the page that tests act in.
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { modes } from "../../support/clients.mjs";
import { onFreePort } from "../../support/free-port.mjs";
import { hostUrl } from "../../support/hosts.mjs";
import { eventually, within } from "../../support/waiting.mjs";

const names = ["chromium", "chromium-browser", "google-chrome"];
const inPage = join(dirname(fileURLToPath(import.meta.url)), "in-page.js");

/** Longer than the usual: a browser shares two cores with the servers and with itself. */
const patience = 20_000;

/** Chromium with every way to connect. */
export const variants = modes.map((mode) => ({ name: `Chromium, ${mode.name}`, mode }));

/** How many pages are in use at once. */
export const together = { concurrency: 4 };

// Playwright turns off what would disturb most tests: pages that sleep in the background or come back as they were left. Here they are the matter.
const wanted = [
  "--disable-background-timer-throttling",
  "--disable-backgrounding-occluded-windows",
  "--disable-renderer-backgrounding",
  "--disable-back-forward-cache",
];

function findOnPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
  if (!found) {
    throw new Error(`there is no browser on the PATH (${names.join(", ")}); on Debian and Ubuntu "sudo apt-get install chromium" helps`);
  }
  return found;
}

/** The browser, and the address for a second connection to it. */
function launch() {
  return onFreePort(async (port) => {
    const started = await chromium.launch({
      executablePath: findOnPath(),
      args: ["--no-sandbox", `--remote-debugging-port=${port}`],
      ignoreDefaultArgs: wanted,
      timeout: 60_000,
    });
    const address = `http://127.0.0.1:${port}`;
    try {
      await eventually(() => fetch(`${address}/json/version`).then((answer) => answer.ok, () => false), "the port of the browser");
      return { started, address };
    } catch (error) {
      await started.close();
      throw error;
    }
  });
}

let launched;
let window;

/** The browser of this file, started when it is first wanted and ended after the last test. */
async function browser() {
  launched ??= launch();
  return (await launched).started;
}

/**
 * A browser window as a user has it, with one tab in front. Playwright makes every page of its own contexts believe that it is
 * in front; only a window that it did not make has tabs in the background.
 */
async function openWindow() {
  const { address } = await (launched ??= launch());
  const [context] = (await chromium.connectOverCDP(address, { noDefaults: true })).contexts();
  const front = await context.newPage();
  await context.addInitScript({ path: inPage });
  return { context, front };
}

after(async () => {
  if (launched) {
    await (await launched).started.close();
  }
});

/** A context that ends with the test. */
export async function newContext(test, options) {
  const context = await (await browser()).newContext(options);
  context.setDefaultTimeout(patience);
  context.setDefaultNavigationTimeout(patience);
  test.after(() => context.close());
  await context.addInitScript({ path: inPage });
  return context;
}

export class Tab {
  constructor(page, url) {
    this.page = page;
    this.url = url;
  }

  /**
   * A page of that origin with the client that the server itself serves. The hosts have no pages, so the document is what they
   * answer to /stats: the browser cares for its origin alone, and nothing has to stand between the browser and the server.
   */
  static async open(test, { context, url = hostUrl, address = `${url}/stats`, bundle = "socket.io.min.js" } = {}) {
    const tab = new Tab(await (context ?? (await newContext(test))).newPage(), url);
    await tab.page.goto(address);
    if (bundle) {
      await tab.load(bundle);
    }
    return tab;
  }

  /** A connected page of a window in which another tab has come to the front. */
  static async connectInBackground(test, variant, options) {
    window ??= openWindow();
    const { context, front } = await window;
    const tab = await Tab.connect(test, variant, { context, ...options });
    test.after(() => tab.page.close());
    await front.bringToFront();
    await tab.until(() => document.visibilityState === "hidden");
    return tab;
  }

  /** Opens a page and connects; `options` are those of the client, and `finalTransport`. */
  static async connect(test, { mode }, { namespace = "/", context, url, address, bundle, server = "", ...options } = {}) {
    const tab = await Tab.open(test, { context, url, address, bundle });
    await tab.connect({ mode }, { namespace, server, ...options });
    return tab;
  }

  /** A function that connects in one page for all cases of a suite, which run one after the other; each has a connection of its own. */
  static sharedBy(variant) {
    let opening;
    return async (options) => {
      opening ??= Tab.open({ after: () => {} });
      return (await opening).connect(variant, options);
    };
  }

  get context() {
    return this.page.context();
  }

  /** Loads a file of the client from the server. */
  async load(bundle, server = this.url) {
    await this.page.addScriptTag({ url: `${server}/socket.io/${bundle}` });
  }

  /** Connects, and when the mode says so waits for the upgrade. */
  async connect({ mode }, { namespace = "/", server = "", ...options } = {}) {
    const all = { transports: mode.transports, finalTransport: mode.finalTransport, ...options };
    const ids = await this.run(([target, given]) => tools.connect(globalThis.io, target, given), [server + namespace, all]);
    Object.assign(this, ids);
    return this;
  }

  /** Runs a function in the page. */
  run(action, argument) {
    return within(this.page.evaluate(action, argument), "the page", patience);
  }

  /** The answer to an event, first argument. */
  askOne(name, ...args) {
    return this.run(async ([event, values]) => (await tools.ask(socket, event, ...values))[0], [name, args]);
  }

  /** Waits until a function of the page gives something true. */
  async until(probe, argument) {
    const handle = await this.page.waitForFunction(probe, argument, { polling: 20, timeout: patience });
    return handle.jsonValue();
  }
}

/** What goes over the network from now on: the polling requests, and the frames of each WebSocket, as `>text` and `<text`. */
export function traffic(page) {
  const seen = { requests: [], webSockets: [] };
  page.on("request", (request) => {
    if (request.url().includes("transport=polling")) {
      seen.requests.push(request.method());
    }
  });
  page.on("websocket", (webSocket) => {
    const frames = [];
    seen.webSockets.push(frames);
    webSocket.on("framesent", ({ payload }) => frames.push(`>${payload}`));
    webSocket.on("framereceived", ({ payload }) => frames.push(`<${payload}`));
  });
  return seen;
}
