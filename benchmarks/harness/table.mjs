// Medians over the runs, and ratios to Node's server within each run, as a Markdown table.
import { kinds } from "./kinds.mjs";

export const busyGenerator = 95;

export function median(values) {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const format = (value, digits) => value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });

/** The median of a kind, its ratio to the reference, and a mark when the load generator was the bottleneck in any run. */
function createCell(results, reference, { field, digits }, isReference) {
  const measured = results?.filter((result) => result?.[field] !== undefined) ?? [];
  if (measured.length === 0) {
    return "-";
  }
  const ratios = results
    .map((result, run) => (reference?.[run]?.[field] > 0 && result?.[field] !== undefined ? result[field] / reference[run][field] : undefined))
    .filter((ratio) => ratio !== undefined);
  const ratio = isReference || ratios.length === 0 ? "" : ` (${format(median(ratios), 2)})`;
  const mark = measured.some((result) => result.gen_pct >= busyGenerator) ? " *" : "";
  return `${format(median(measured.map((result) => result[field])), digits)}${ratio}${mark}`;
}

/** `results` holds, for each scenario and kind, what every run gave. */
export function createTable(results, scenarios, kindNames) {
  const lines = [
    `| load | ${kindNames.map((name) => kinds[name].title).join(" | ")} |`,
    `|---|${kindNames.map(() => "---:|").join("")}`,
  ];
  for (const [scenarioName, ofKinds] of Object.entries(results)) {
    const { title, metrics } = scenarios[scenarioName];
    for (const metric of metrics) {
      const cells = kindNames.map((name) => createCell(ofKinds[name], ofKinds.node, metric, name === "node"));
      lines.push(`| ${title}: ${metric.title} | ${cells.join(" | ")} |`);
    }
  }
  if (kindNames.includes("node") && kindNames.length > 1) {
    lines.push("", "In parentheses: the ratio to Node's socket.io on ws in the same run.");
  }
  if (lines.some((line) => line.includes(" *"))) {
    lines.push("", `\\*: the load generator was busy for ${busyGenerator} % of the time or more in a run, so that the server had to wait for it.`);
  }
  return lines.join("\n");
}
