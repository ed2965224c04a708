// A reporter of node:test that writes one JSON line for each behaviour: where it stands, how it ended, what it saw.
import { relative } from "node:path";

const observation = "saw ";

/** node:test reports in the order of definition, so that the suites around a test are those that were announced last. */
export default async function* record(source) {
  const titles = [];
  let last;
  const flush = () => {
    const line = last ? `${JSON.stringify(last)}\n` : "";
    last = undefined;
    return line;
  };
  for await (const { type, data } of source) {
    if (type === "test:start") {
      yield flush();
      titles[data.nesting] = data.name;
      titles.length = data.nesting + 1;
    } else if (type === "test:diagnostic" && last?.nesting === data.nesting && data.message.startsWith(observation)) {
      last.saw.push(JSON.parse(data.message.slice(observation.length)));
    } else if ((type === "test:pass" || type === "test:fail") && data.details.type !== "suite") {
      yield flush();
      last = {
        file: relative(process.cwd(), data.file ?? ""),
        suite: titles.slice(0, data.nesting).join(" > "),
        name: data.name,
        nesting: data.nesting,
        outcome: outcomeOf(type, data),
        reason: typeof data.skip === "string" ? data.skip : undefined,
        milliseconds: Math.round(data.details.duration_ms),
        saw: [],
      };
    }
  }
  yield flush();
}

function outcomeOf(type, { skip, todo }) {
  if (skip !== undefined || todo !== undefined) {
    return "skip";
  }
  return type === "test:pass" ? "pass" : "fail";
}
