/// <summary>A page that speaks Engine.IO over a bare WebSocket, so that the example needs nothing else.</summary>
internal static class Page
{
    public const string Html = """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Engine.IO echo</title>
        <style>
          body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
          form { display: flex; gap: .5rem; }
          input { flex: 1; font: inherit; padding: .5rem; }
          button { font: inherit; padding: .5rem 1rem; }
          li.sent { color: #555; }
        </style>
        <h1>Engine.IO echo</h1>
        <p id="state" role="status">connecting</p>
        <form id="form"><label for="text" hidden>Message</label><input id="text" autocomplete="off" autofocus placeholder="Say something"><button>Send</button></form>
        <ul id="log" aria-live="polite"></ul>
        <script>
          const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/engine.io/?EIO=4&transport=websocket`);
          const show = (kind, text) => {
            const line = document.createElement("li");
            line.className = kind;
            line.textContent = `${kind}: ${text}`;
            log.append(line);
          };
          socket.onmessage = ({ data }) => {
            switch (data[0]) {
              case "0": state.textContent = `session ${JSON.parse(data.slice(1)).sid}`; break;
              case "2": socket.send("3"); break;
              case "4": show("received", data.slice(1)); break;
            }
          };
          socket.onclose = () => state.textContent = "closed";
          form.onsubmit = (event) => {
            event.preventDefault();
            socket.send(`4${text.value}`);
            show("sent", text.value);
            form.reset();
          };
        </script>
        </html>
        """;
}
