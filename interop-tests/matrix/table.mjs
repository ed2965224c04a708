// docs/compatibility.md: what the cells say, for people.
import { expectations } from "../support/host-expectations.mjs";

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

const escaped = (text) =>
  text
    .replaceAll("|", "\\|")
    .replace(/[<>]/g, (sign) => (sign === "<" ? "&lt;" : "&gt;"))
    .replaceAll("`", "\\`")
    .replace(/[\n\r]/g, " ");

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
    const cell = cells.find((one) => one.transport === transport);
    if (!cell) {
      return [];
    }
    if (cell.outcome === "skip") {
      return [`<sup>${reasons.numberOf(cell.reason)}</sup>`];
    }
    return [cell.outcome === "fail" ? "✗" : cell.differences.length > 0 ? `${letter}≠` : letter];
  });
  return unique(parts).join(" ");
}

/** The lines over which it passes, and fails with no client. Where it is not run with any of them there is nothing to tell. */
function linesOf(cells) {
  const outcomesOver = (line) => cells.filter((cell) => cell.line === line).map(({ outcome }) => outcome);
  const passing = unique(cells.map(({ line }) => line)).filter((line) => outcomesOver(line).includes("pass") && !outcomesOver(line).includes("fail"));
  return passing.join(", ");
}

/** What Node's server does: the same, or the name of the row on the page with the differences. */
function nodeMark(cells) {
  const names = unique(cells.flatMap(({ differences }) => differences));
  return names.length === 0 ? "same" : names.map((name) => `differs: ${expectations[name].row}`).join("; ");
}

const capitalized = (text) => text[0].toUpperCase() + text.slice(1);

/** What a group shows in its columns: the direct connection, or where nothing is run directly, the line that it is about. */
const mainLineOf = (cells) => (cells.some(({ line }) => line === "") ? "" : cells[0].line);

function groupTable(group, cells, clients, reasons) {
  const mainLine = mainLineOf(cells);
  const [main, elsewhere] = [cells.filter(({ line }) => line === mainLine), cells.filter(({ line }) => line !== mainLine)];
  const columns = clients.filter((client) => main.some((cell) => cell.client === client));
  const hasLines = linesOf(elsewhere) !== "";
  const rows = unique(cells.map(({ behaviour }) => behaviour)).map((behaviour) => {
    const isOwn = (cell) => cell.behaviour === behaviour;
    const own = main.filter(isOwn);
    const marks = columns.map((client) => mark(own.filter((cell) => cell.client === client), reasons));
    return row([escaped(behaviour), ...marks, ...(hasLines ? [linesOf(elsewhere.filter(isOwn))] : []), nodeMark(cells.filter(isOwn))]);
  });
  const shortNames = columns.map((client) => client.replace(/^(socket|engine)\.io-client /, ""));
  const titles = ["behaviour", ...shortNames, ...(hasLines ? ["also over"] : []), "Node's server"];
  const title = capitalized(group) + (mainLine === "" || mainLine === group ? "" : `, over ${mainLine}`);
  return [`#### ${title}`, "", ...headOf(titles), ...rows, ""];
}

function familySection({ title, cells }) {
  const reasons = new Reasons();
  const clients = clientsOf(cells);
  const groups = unique(cells.map(({ group }) => group));
  const tables = groups.flatMap((group) => groupTable(group, cells.filter((cell) => cell.group === group), clients, reasons));
  const notes = reasons.lines.length === 0 ? [] : ["Why something is not run:", "", ...reasons.lines, ""];
  return [`### ${title}`, "", ...tables, ...notes];
}

/** "100 (3 not run, 2 otherwise)"; nothing of nothing. */
function numbers(passed, others) {
  const told = Object.entries(others).filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
  return passed === 0 && told.length === 0 ? "" : told.length === 0 ? `${passed}` : `${passed} (${told.join(", ")})`;
}

const countOf = (cells, outcome) => cells.filter((cell) => cell.outcome === outcome).length;

const counts = (cells) => numbers(countOf(cells, "pass"), { "not run": countOf(cells, "skip") });

/** The same for Node's server: what it does like ours, and apart from that what it does in its own way. */
function nodeCounts(cells) {
  const same = cells.filter(({ differences }) => differences.length === 0).flatMap(({ node }) => node ?? []);
  return numbers(countOf(same, "pass"), {
    "not run": countOf(same, "skip"),
    otherwise: cells.filter(({ differences }) => differences.length > 0).length,
  });
}

function summary(cells) {
  const variants = unique(cells.map(({ client, line }) => JSON.stringify([client, line]))).map((text) => JSON.parse(text));
  const rows = variants.map(([client, line]) => {
    const own = cells.filter((cell) => cell.client === client && cell.line === line);
    const perTransport = letters.map(([transport]) => counts(own.filter((cell) => cell.transport === transport)));
    return row([client, line || "direct", ...perTransport, nodeCounts(own)]);
  });
  return [...headOf(["client", "line", "polling (P)", "WebSocket (W)", "polling, then upgraded (U)", "the same with Node's server"]), ...rows];
}

function differenceSection(differences) {
  const rows = [...differences]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, count]) => row([expectations[name].row, expectations[name].why, `${count}`]));
  return rows.length === 0 ? ["None."] : [...headOf(["row of the differences", "why", "cells"]), ...rows];
}

/** The page of what compareColumns gives. Everything in it is what the run has shown: the same suites and packages give the same page. */
export function compatibilityPage(compared, differences) {
  let rest = compared;
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
    "P, W and U: it passes with polling only, with WebSocket only, and with polling that is then upgraded. With ≠ behind it, the test expects",
    "something else of Node's server, and the last column names the row of [differences-from-node.md](differences-from-node.md) that says what.",
    "A number: it is not run, and the list below the tables says why. \"Also over\": what else may stand between client and server, for the",
    "behaviours that are run that way; a group that is only run over one such line has it in its title.",
    "",
    "## Summary",
    "",
    "The number of behaviours that pass; \"otherwise\": Node's server differs on purpose.",
    "",
    ...summary(compared),
    "",
    "## Where Node's server behaves otherwise",
    "",
    "Each is a row in [differences-from-node.md](differences-from-node.md), and the cells that it accounts for have a ≠. Anything else that a",
    "test looks at must be the same with both servers, or the run fails.",
    "",
    ...differenceSection(differences),
    "",
    "## Behaviours",
    "",
    ...sections.filter(({ cells }) => cells.length > 0).flatMap(familySection),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}
