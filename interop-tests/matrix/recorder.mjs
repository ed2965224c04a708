// A reporter of node:test that writes one JSON line for each behaviour into the file INTEROP_RECORD: where it stands, how it ended,
// what it saw, and in what the servers differ on purpose. Each line is written at once, because a run that is made to end does not
// wait for streams; the last one is the number of tests, so that a reader knows that nothing is missing.
import { openSync, writeSync } from "node:fs";
import { relative } from "node:path";

/** What support/behaviours.mjs notes on a test: an observation as JSON, or the name of a difference on purpose. */
const observation = "saw ";
const difference = "differs ";

/** node:test reports in the order of definition, so that the suites around a test are those that were announced last. */
export default async function* record(source) {
  const file = openSync(process.env.INTEROP_RECORD, "w");
  const titles = [];
  let last;
  const flush = () => {
    if (last) {
      writeSync(file, `${JSON.stringify({ ...last, differs: [...last.differs] })}\n`);
    }
    last = undefined;
  };
  for await (const { type, data } of source) {
    if (type === "test:start") {
      flush();
      titles[data.nesting] = data.name;
      titles.length = data.nesting + 1;
    } else if (type === "test:diagnostic" && last?.nesting === data.nesting && data.message.startsWith(observation)) {
      last.saw.push(JSON.parse(data.message.slice(observation.length)));
    } else if (type === "test:diagnostic" && last?.nesting === data.nesting && data.message.startsWith(difference)) {
      last.differs.add(data.message.slice(difference.length));
    } else if (type === "test:diagnostic" && data.nesting === 0 && /^tests \d+$/.test(data.message)) {
      flush();
      writeSync(file, `${JSON.stringify({ total: Number(data.message.slice("tests ".length)) })}\n`);
    } else if ((type === "test:pass" || type === "test:fail") && data.details.type !== "suite") {
      flush();
      last = {
        file: relative(process.cwd(), data.file ?? ""),
        suite: titles.slice(0, data.nesting).join(" > "),
        name: data.name,
        nesting: data.nesting,
        outcome: outcomeOf(type, data),
        reason: typeof data.skip === "string" ? data.skip : undefined,
        milliseconds: Math.round(data.details.duration_ms),
        saw: [],
        differs: new Set(),
      };
    }
  }
  yield "";
}

function outcomeOf(type, { skip, todo }) {
  if (skip !== undefined || todo !== undefined) {
    return "skip";
  }
  return type === "test:pass" ? "pass" : "fail";
}
