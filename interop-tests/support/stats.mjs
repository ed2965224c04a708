// Reads the journal that every host keeps (GET /stats).
import { eventually } from "./waiting.mjs";

export async function readStats(url) {
  return (await fetch(`${url}/stats`)).json();
}

/** How the session has closed, if it has. */
async function closeOf(url, sid) {
  const answer = await fetch(`${url}/stats?sid=${encodeURIComponent(sid)}`);
  return (await answer.json()).closes.find((close) => close.sid === sid);
}

export async function resetStats(url) {
  await (await fetch(`${url}/reset`)).text();
}

/** Waits until the session has closed on the server and tells how: { path, reason, details }. */
export function serverCloseOf(url, sid, milliseconds) {
  return eventually(
    () => closeOf(url, sid),
    `the server to report the close of ${sid}`,
    milliseconds,
  );
}

/** Waits until the server has recorded `count` refused requests since the last reset. */
export async function serverErrors(url, count) {
  return eventually(async () => {
    const { errors } = await readStats(url);
    return errors.length >= count ? errors : undefined;
  }, `${count} connection errors`);
}

/** True while the server has not reported the close of the session. */
export async function isOpenOnServer(url, sid) {
  return (await closeOf(url, sid)) === undefined;
}
