// docs/compatibility.md: what the cells say, for people.
import { expectations } from "../support/host-expectations.mjs";
import { keyOf } from "./cells.mjs";
import { differenceOf } from "./comparison.mjs";

const letters = [
  ["polling", "P"],
  ["websocket", "W"],
  ["polling, then upgraded", "U"],
];

const families = [
  { title: "socket.io-client", holds: (client) => client.startsWith("socket.io-client ") },
  { title: "engine.io-client", holds: (client) => client.startsWith("engine.io-client ") },
  { title: "Browsers", holds: (client) => client.startsWith("Chromium") },
  { title: "Other clients", holds: () => true },
];

const unique = (values) => [...new Set(values)];

/** Later versions first; names without a version as they come. */
function clientsOf(cells) {
  const version = (client) => Number(/ (\d+\.\d+)/.exec(client)?.[1] ?? 0);
  return unique(cells.map(({ client }) => client)).sort((left, right) => version(right) - version(left));
}

const escaped = (text) => text.replaceAll("|", "\\|").replace(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;")).replaceAll("`", "\\`").replace(/[\n\r]/g, " ");

const row = (values) => `| ${values.join(" | ")} |`;

const headOf = (titles) => [row(titles), row(titles.map(() => "---"))];

/** Numbers for the reasons why something was not run. */
class Reasons {
  #reasons = [];

  numberOf(reason) {
    if (!this.#reasons.includes(reason)) {
      this.#reasons.push(reason);
    }
    return this.#reasons.indexOf(reason) + 1;
  }

  get lines() {
    return this.#reasons.map((reason, index) => `${index + 1}. ${escaped(reason)}`);
  }
}

/** One letter for each transport with which it passes; a number instead where a reason says why it is not run. */
function mark(cells, reasons) {
  const parts = letters.flatMap(([transport, letter]) => {
    const cell = cells.find((one) => one.transport === transport && one.line === "");
    if (!cell) {
      return [];
    }
    return [cell.outcome === "pass" ? letter : cell.outcome === "skip" ? `<sup>${reasons.numberOf(cell.reason)}</sup>` : "✗"];
  });
  return unique(parts).join(" ");
}

/** Where else it passes: over these lines with every client and transport that were asked. */
function linesOf(cells) {
  const lines = unique(cells.map(({ line }) => line)).filter((line) => line !== "");
  return lines.filter((line) => cells.every((cell) => cell.line !== line || cell.outcome !== "fail")).join(", ");
}

/** What Node's server does: the same, or the name of the row on the page with the differences. */
function nodeMark(cells, nodeCells) {
  const names = unique(cells.map((cell) => differenceOf(nodeCells.get(keyOf(cell)))).filter(Boolean));
  return names.length === 0 ? "same" : names.map((name) => `differs: ${expectations[name].row}`).join("; ");
}

function groupTable(group, cells, clients, nodeCells, reasons) {
  const behaviours = unique(cells.map(({ behaviour }) => behaviour));
  const columns = clients.filter((client) => cells.some((cell) => cell.client === client));
  const rows = behaviours.map((behaviour) => {
    const own = cells.filter((cell) => cell.behaviour === behaviour);
    const marks = columns.map((client) => mark(own.filter((cell) => cell.client === client), reasons));
    return row([escaped(behaviour), ...marks, linesOf(own), nodeMark(own, nodeCells)]);
  });
  const shortNames = columns.map((client) => client.replace(/^(socket|engine)\.io-client /, ""));
  return [`#### ${group[0].toUpperCase()}${group.slice(1)}`, "", ...headOf(["behaviour", ...shortNames, "also over", "Node's server"]), ...rows, ""];
}

function familySection({ title, cells }, nodeCells) {
  const reasons = new Reasons();
  const clients = clientsOf(cells);
  const groups = unique(cells.map(({ group }) => group));
  const tables = groups.flatMap((group) => groupTable(group, cells.filter((cell) => cell.group === group), clients, nodeCells, reasons));
  const notes = reasons.lines.length === 0 ? [] : ["Why something is not run:", "", ...reasons.lines, ""];
  return [`### ${title}`, "", ...tables, ...notes];
}

function counts(cells) {
  const passed = cells.filter(({ outcome }) => outcome === "pass").length;
  const skipped = cells.filter(({ outcome }) => outcome === "skip").length;
  return skipped === 0 ? `${passed}` : `${passed} (${skipped} not run)`;
}

function summary(cells, nodeCells) {
  const variants = unique(cells.map(({ client, line }) => JSON.stringify([client, line]))).map((text) => JSON.parse(text));
  const rows = variants.map(([client, line]) => {
    const own = cells.filter((cell) => cell.client === client && cell.line === line);
    const perTransport = letters.map(([transport]) => own.filter((cell) => cell.transport === transport)).map((some) => (some.length === 0 ? "" : counts(some)));
    const onNode = own.map((cell) => nodeCells.get(keyOf(cell))).filter(Boolean);
    return row([client, line || "direct", ...perTransport, onNode.length === 0 ? "" : counts(onNode)]);
  });
  return [...headOf(["client", "line", "polling (P)", "WebSocket (W)", "polling, then upgraded (U)", "the same with Node's server"]), ...rows];
}

function differenceSection(differences) {
  const rows = [...differences].sort(([left], [right]) => (left < right ? -1 : 1)).map(([name, count]) => row([expectations[name].row, expectations[name].why, `${count}`]));
  return rows.length === 0 ? ["None."] : [...headOf(["row of the differences", "why", "cells"]), ...rows];
}

/** The page. Everything in it is what the run has shown: the same suites and packages give the same page. */
export function compatibilityPage(ourCells, nodeCells, differences) {
  let rest = ourCells;
  const sections = families.map(({ title, holds }) => {
    const cells = rest.filter(({ client }) => holds(client));
    rest = rest.filter(({ client }) => !holds(client));
    return { title, cells };
  });
  return [
    "# Compatibility",
    "",
    "Which clients do what with this server, as the last whole run of `npm run interop` has shown. The run writes this page; in CI a page",
    "that says something else than the run is a failure. Every behaviour has also been run against Node's `socket.io` with the same client.",
    "",
    "P, W and U: it passes with polling only, with WebSocket only, and with polling that is then upgraded. A number: it is not run, and the",
    "list below the tables says why. \"Also over\": what else may stand between client and server, for the behaviours that are run that way.",
    "",
    "## Summary",
    "",
    "The number of behaviours that pass.",
    "",
    ...summary(ourCells, nodeCells),
    "",
    "## Where Node's server behaves otherwise",
    "",
    "Each is a row in [differences-from-node.md](differences-from-node.md). Anything else that Node's server shows and ours does not fails the run.",
    "",
    ...differenceSection(differences),
    "",
    "## Behaviours",
    "",
    ...sections.filter(({ cells }) => cells.length > 0).flatMap((section) => familySection(section, nodeCells)),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}
