// Loaded before node:test, in its own process and in that of every file. Made to end (--test-force-exit, because clients keep
// their connections for a while), it does so as soon as it has handed over its last report; what is then still on its way through
// the streams to the runner would be lost, and tests with it. So the end waits until they have run dry.
const drainingTime = 150;
const exit = process.exit.bind(process);

process.exit = (code) => {
  setTimeout(() => exit(code), drainingTime);
};
