// The server closes: at once, later, with messages before it.

const polls = async (probe, session, count) => {
  for (let index = 1; index <= count; index++) {
    await probe.noteAnswer(`poll ${index}`, session.poll());
  }
};

const command = (session, text) => session.post(session.eio === 3 ? `${text.length + 1}:4${text}` : `4${text}`);

export const closingCases = [4, 3].flatMap((eio) => [
  ...["close", "close-discard"].flatMap((text) => [
    {
      name: `${text} with a poll pending (protocol ${eio})`,
      run: async (probe) => {
        const session = await probe.open("/eio3/", { eio });
        const pending = await session.startPoll();
        await probe.noteAnswer("POST", command(session, text));
        await probe.noteAnswer("pending poll", pending.response);
        await probe.noteClose(session);
        await polls(probe, session, 1);
      },
    },
    {
      name: `${text} without a poll (protocol ${eio})`,
      run: async (probe) => {
        const session = await probe.open("/eio3/", { eio });
        await probe.noteAnswer("POST", command(session, text));
        await probe.noteAnswer("POST while it closes", command(session, "ignored"));
        await polls(probe, session, 2);
        await probe.noteClose(session);
      },
    },
    {
      name: `${text} on WebSocket (protocol ${eio})`,
      run: async (probe) => {
        const socket = await probe.openWebSocket("/eio3/", { eio });
        socket.send(`4${text}`);
        await probe.noteCloseCode("close code", socket);
        await probe.noteClose(socket);
      },
    },
  ]),
  {
    name: `a message and a close with a poll pending (protocol ${eio})`,
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio });
      const pending = await session.startPoll();
      await probe.noteAnswer("POST", command(session, "say-and-close:bye"));
      await probe.noteAnswer("pending poll", pending.response);
      await polls(probe, session, 2);
      await probe.noteClose(session);
    },
  },
  {
    name: `a message and a close without a poll (protocol ${eio})`,
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio });
      await probe.noteAnswer("POST", command(session, "say-and-close:bye"));
      await polls(probe, session, 3);
      await probe.noteClose(session);
    },
  },
  {
    name: `a message and a close on WebSocket (protocol ${eio})`,
    run: async (probe) => {
      const socket = await probe.openWebSocket("/eio3/", { eio });
      socket.send("4say-and-close:bye");
      await probe.noteMessage("message", socket);
      await probe.noteCloseCode("close code", socket);
      await probe.noteClose(socket);
    },
  },
  {
    name: `the client closes without a poll (protocol ${eio})`,
    run: async (probe) => {
      const session = await probe.open("/eio3/", { eio });
      await probe.noteAnswer("POST", session.post(eio === 3 ? "1:1" : "1"));
      await probe.noteClose(session);
      await polls(probe, session, 1);
    },
  },
]);
