// Chromium as a client: one browser for each file of tests, a context of its own for each case, and the page that tests act in.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { modes } from "../../support/clients.mjs";
import { hostUrl } from "../../support/hosts.mjs";
import { within } from "../../support/waiting.mjs";

const names = ["chromium", "chromium-browser", "google-chrome"];
const inPage = join(dirname(fileURLToPath(import.meta.url)), "in-page.js");

/** Longer than the usual: a browser shares two cores with the servers and with itself. */
const patience = 40_000;
const startPatience = 60_000;

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

let launched;
let window;

/** The browser of this file, started when it is first wanted and ended after the last test. */
function browser() {
  launched ??= chromium.launch({ executablePath: findOnPath(), args: ["--no-sandbox"], ignoreDefaultArgs: wanted, timeout: startPatience });
  return launched;
}

/**
 * A browser window as a user has it, with one tab in front. Playwright makes every page of its own browsers believe that it is
 * in front; only in a browser that it did not start are there tabs in the background.
 */
async function openWindow() {
  const profile = await mkdtemp(join(tmpdir(), "interop-chromium-"));
  const settings = ["--headless", "--no-sandbox", "--no-first-run", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"];
  // The shell ends the browser when its input ends: when we close it, and also when we are killed.
  const child = spawn("sh", ["-c", '"$@" & browser=$!; cat; kill $browser; wait $browser', "chromium", findOnPath(), ...settings], {
    stdio: ["pipe", "ignore", "pipe"],
    detached: true,
  });
  const ended = new Promise((resolve) => child.on("exit", resolve));
  const listening = new Promise((resolve, reject) => {
    createInterface({ input: child.stderr }).on("line", (line) => {
      const [, address] = /^DevTools listening on (ws:\S+)/.exec(line) ?? [];
      if (address) {
        resolve(address);
      }
    });
    ended.then(() => reject(new Error("the browser ended before it listened")));
  });
  const close = async () => {
    child.stdin.end();
    await ended;
    await rm(profile, { recursive: true, force: true });
  };
  try {
    const connection = await chromium.connectOverCDP(await within(listening, "the browser to listen", startPatience), { noDefaults: true });
    const [context] = connection.contexts();
    await context.addInitScript({ path: inPage });
    return { context, front: await context.newPage(), close: () => connection.close().then(close) };
  } catch (error) {
    await close();
    throw error;
  }
}

after(async () => {
  await (await launched)?.close();
  await (await window)?.close();
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
  async until(probe, argument, timeout = patience) {
    const handle = await this.page.waitForFunction(probe, argument, { polling: 20, timeout });
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
