// The processes of a run: hosts, and what stands in front of them. All of them end with the run.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ownCertificate } from "../support/certificate.mjs";
import { startHost } from "../support/host-process.mjs";
import { startNginx } from "../support/nginx.mjs";
import { startRedis } from "../support/redis-server.mjs";

const suitesFolder = dirname(dirname(fileURLToPath(import.meta.url)));
export const root = dirname(suitesFolder);

const dotnetHost = ["dotnet", "run", "--no-build", "-c", "Release", "--project", join(suitesFolder, "host")];

const commands = {
  sharp: dotnetHost,
  node: [process.execPath, join(suitesFolder, "reference", "engine-host.mjs")],
  command: ["sh", "-c", `exec ${process.env.HOST_COMMAND}`],
};

const commandsOfClusters = {
  sharp: [...dotnetHost, "--", "cluster"],
  node: [process.execPath, join(suitesFolder, "cluster", "node-host.mjs")],
};

/** The kinds of server in a cluster: the first two are paired by every test, the third is for tests with three nodes. */
const kindsInClusters = { sharp: ["node", "sharp", "node"], node: ["node", "node", "node"] };

/** What our host is told for lines that only it has. */
const environments = {
  "the framework's WebSockets": { WEBSOCKET_ENGINE: "system" },
  "the epoll transport": { TEST_TRANSPORT: "epoll lean" },
};

export class Processes {
  #running = new Set();

  async #add(starting) {
    const started = await starting;
    this.#running.add(started);
    return started;
  }

  #startHost(name, command, environment) {
    return this.#add(startHost(name, command, root, environment));
  }

  /** The Node server that raw requests are compared with. */
  startReference() {
    return this.#startHost("reference host", commands.node);
  }

  /** What a pass runs against, and what tells its tests where that is: { started, environment }. */
  startPass(pass, kind, reference) {
    return pass.isOfClusters ? this.#startClusters(kindsInClusters[kind]) : this.#startHosts(pass, kind, reference);
  }

  async #startClusters(kinds) {
    const redis = await this.#add(startRedis());
    const hosts = await Promise.all(kinds.map((kind, index) => this.#startHost(`${kind} host ${index + 1}`, commandsOfClusters[kind])));
    const addresses = hosts.map(({ url }, index) => ({ kind: kinds[index], url }));
    return { started: [...hosts, redis], environment: { CLUSTER_REDIS_URL: redis.url, CLUSTER_HOSTS: JSON.stringify(addresses) } };
  }

  async #startHosts({ line }, kind, reference) {
    const certificate = line === "TLS" ? await ownCertificate() : undefined;
    const host = await this.#startHost("host under test", commands[kind], {
      ...certificate?.hostEnvironment,
      ...environments[line],
    });
    const started = [host];
    if (line === "nginx") {
      started.unshift(await this.#add(startNginx(host.url)));
    }
    const environment = { ...certificate?.testEnvironment, REFERENCE_URL: reference.url, INTEROP_HOST: kind, ...(line && { INTEROP_LINE: line }) };
    // For suites that start another server of the kind under test.
    const command = { COMMAND_OF_HOST_UNDER_TEST: JSON.stringify(commands[kind]) };
    return { started, environment: { ...environment, ...command, ENGINE_URL: started[0].url } };
  }

  async stop(processes) {
    for (const one of processes) {
      this.#running.delete(one);
      await one.stop();
    }
  }

  /** The names of those that have ended by themselves. */
  get fallen() {
    return [...this.#running].filter((one) => one.hasExited()).map(({ name }) => name);
  }

  stopAll() {
    return Promise.all([...this.#running].map((one) => one.stop()));
  }
}
