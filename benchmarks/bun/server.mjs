// The same server on Bun, with the engine that Socket.IO has for it.
import { Server as Engine } from "@socket.io/bun-engine";
import { Server } from "socket.io";
import { addHandlers } from "../handlers.mjs";

const { PORT: port, MAX_BUFFER: maxBuffer } = process.env;
const io = new Server();
const engine = new Engine({ path: "/socket.io/", ...(maxBuffer && { maxHttpBufferSize: Number(maxBuffer) }) });
io.bind(engine);
addHandlers(io);

export default { port: Number(port ?? 4210), hostname: "0.0.0.0", ...engine.handler() };
