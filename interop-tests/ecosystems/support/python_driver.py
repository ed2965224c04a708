"""Runs python-socketio clients for a test: commands as JSON lines on stdin, answers and events as JSON lines on stdout.

The only argument chooses the library's client: "threads" (socketio.Client) or "asyncio" (socketio.AsyncClient).
What lines look like is told at the head of line-driver.mjs.
"""
import asyncio
import base64
import json
import queue
import sys
import threading
import urllib.parse

import engineio.payload
import socketio

# By default the library drops a connection whose poll brings more than 16 packets at once.
engineio.payload.Payload.max_decode_packets = 100_000

PATIENCE = 20
lines = queue.SimpleQueue()


def from_line(value):
    if isinstance(value, list):
        return [from_line(item) for item in value]
    if isinstance(value, dict):
        if "$bytes" in value:
            return base64.b64decode(value["$bytes"])
        if "$bytearray" in value:
            return bytearray(base64.b64decode(value["$bytearray"]))
        return {name: from_line(item) for name, item in value.items()}
    return value


def to_line(value):
    if isinstance(value, (list, tuple)):
        return [to_line(item) for item in value]
    if isinstance(value, dict):
        return {name: to_line(item) for name, item in value.items()}
    if isinstance(value, (bytes, bytearray)):
        return {"$bytes": base64.b64encode(value).decode()}
    return value


def write(line):
    """Never waits: a handler that does would let the next packet overtake its own."""
    lines.put(line)


def write_lines():
    while True:
        sys.stdout.write(json.dumps(to_line(lines.get())) + "\n")
        sys.stdout.flush()


def options_of(command):
    """The keyword arguments of the library's constructor and of its connect."""
    reconnection = command.get("reconnection", False)
    made_with = {
        "reconnection": reconnection,
        "reconnection_delay": 0.05,
        "reconnection_delay_max": 0.1,
        "randomization_factor": 0,
        "serializer": command.get("serializer", "default"),
        "request_timeout": PATIENCE,
        "handle_sigint": False,
    }
    query = urllib.parse.urlencode(command.get("query") or {})
    connected_with = {
        "url": command["url"] + ("?" + query if query else ""),
        "headers": dict(command.get("headers") or {}),
        "auth": command.get("auth"),
        "transports": command["transports"],
        "namespaces": command["namespaces"],
        "socketio_path": command["path"],
        "wait_timeout": PATIENCE,
    }
    return made_with, connected_with


class Peer:
    """What both kinds of client have in common: the handlers, which wait for nothing."""

    def __init__(self, name, client, namespaces):
        self.name = name
        self.client = client
        for namespace in namespaces:
            client.on("connect", lambda *_, of=namespace: self.tell(of, "connected", id=client.get_sid(of)), namespace)
            client.on("disconnect", lambda *_, of=namespace: self.tell(of, "disconnected"), namespace)
            client.on("connect_error", lambda *args, of=namespace: self.tell(of, "refused", args=args), namespace)

    def tell(self, namespace, what, **more):
        write({"peer": self.name, "namespace": namespace, "tells": what, **more})

    def listen(self, namespace, event):
        self.client.on(event, lambda *args: self.tell(namespace, "event", event=event, args=args), namespace)

    def listen_to_all(self, namespace):
        self.client.on("*", lambda event, *args: self.tell(namespace, "any", args=(event, *args)), namespace)

    def answer_with_arguments(self, namespace, event):
        self.client.on(event, lambda *args: args, namespace)

    def run_here(self, command):
        """Runs a command that needs no network; the result, or None when the command is another one."""
        namespace = command.get("namespace")
        match command["do"]:
            case "make":
                pass
            case "listen":
                self.listen(namespace, command["event"])
            case "listen-to-all":
                self.listen_to_all(namespace)
            case "mirror":
                self.answer_with_arguments(namespace, command["event"])
            case "facts":
                return {"id": self.client.get_sid(namespace), "transport": self.client.transport()}
            case _:
                return None
        return {}


def handle_in_order(client):
    """The threaded client gives each packet a thread of its own, and on a busy machine one overtakes another. Here one thread has them all."""
    packets = queue.SimpleQueue()
    trigger = client.eio._trigger_event

    def trigger_in_order(event, *args, run_async=False):
        if event == "message" and run_async:
            packets.put(args)
            return None
        return trigger(event, *args, run_async=run_async)

    def handle():
        while True:
            trigger("message", *packets.get())

    client.eio._trigger_event = trigger_in_order
    threading.Thread(target=handle, daemon=True).start()
    return client


class ThreadedPeer(Peer):
    def __init__(self, command):
        made_with, self.connected_with = options_of(command)
        super().__init__(command["peer"], handle_in_order(socketio.Client(**made_with)), command["namespaces"])
        self.commands = queue.Queue()
        threading.Thread(target=self.work, daemon=True).start()

    def work(self):
        while True:
            command = self.commands.get()
            try:
                result = self.run(command)
                if result is not None:
                    write({"answers": command["number"], "result": result})
            except Exception as error:
                write({"answers": command["number"], "error": f"{type(error).__name__}: {error}"})

    def run(self, command):
        result = self.run_here(command)
        if result is not None:
            return result
        namespace = command.get("namespace")
        match command["do"]:
            case "connect":
                self.client.connect(**self.connected_with)
                return {}
            case "emit":
                self.client.emit(command["event"], tuple(from_line(command["args"])), namespace=namespace)
                return {}
            case "ask":
                number = command["number"]
                answer = lambda *args: write({"answers": number, "result": args})
                self.client.emit(command["event"], tuple(from_line(command["args"])), namespace=namespace, callback=answer)
                return None
            case "call":
                answer = self.client.call(command["event"], tuple(from_line(command["args"])), namespace=namespace, timeout=PATIENCE)
                return {"returned": answer}
            case "disconnect":
                self.client.disconnect()
                return {}
        raise ValueError(f"no such command: {command['do']}")


class AsyncPeer(Peer):
    def __init__(self, command):
        made_with, self.connected_with = options_of(command)
        super().__init__(command["peer"], socketio.AsyncClient(**made_with), command["namespaces"])
        self.commands = asyncio.Queue()
        self.worker = asyncio.create_task(self.work())

    async def work(self):
        while True:
            command = await self.commands.get()
            try:
                result = await self.run(command)
                if result is not None:
                    write({"answers": command["number"], "result": result})
            except Exception as error:
                write({"answers": command["number"], "error": f"{type(error).__name__}: {error}"})

    async def run(self, command):
        result = self.run_here(command)
        if result is not None:
            return result
        namespace = command.get("namespace")
        match command["do"]:
            case "connect":
                await self.client.connect(**self.connected_with)
                return {}
            case "emit":
                await self.client.emit(command["event"], tuple(from_line(command["args"])), namespace=namespace)
                return {}
            case "ask":
                number = command["number"]
                answer = lambda *args: write({"answers": number, "result": args})
                await self.client.emit(command["event"], tuple(from_line(command["args"])), namespace=namespace, callback=answer)
                return None
            case "call":
                answer = await self.client.call(command["event"], tuple(from_line(command["args"])), namespace=namespace, timeout=PATIENCE)
                return {"returned": answer}
            case "disconnect":
                await self.client.disconnect()
                return {}
        raise ValueError(f"no such command: {command['do']}")


def peer_of(peers, command, kind):
    if command["do"] == "make":
        peers[command["peer"]] = kind(command)
    return peers[command["peer"]]


def run_threads():
    peers = {}
    for line in sys.stdin.buffer:
        command = json.loads(line)
        peer_of(peers, command, ThreadedPeer).commands.put(command)


async def run_asyncio():
    peers = {}
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=64 * 1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin.buffer)
    while line := await reader.readline():
        command = json.loads(line)
        peer_of(peers, command, AsyncPeer).commands.put_nowait(command)


threading.Thread(target=write_lines, daemon=True).start()
write({"tells": "ready"})
if sys.argv[1] == "threads":
    run_threads()
else:
    asyncio.run(run_asyncio())
