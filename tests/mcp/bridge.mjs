// A bridge from HTTP to a server on standard input and output, for the conformance suite, which speaks HTTP alone.
// usage: node bridge.mjs PORT COMMAND [ARGUMENT...]
import { spawn } from "node:child_process";
import { createServer } from "node:http";
import { createInterface } from "node:readline";

const [port, command, ...words] = process.argv.slice(2);
const sessions = new Map();

function start() {
  const server = spawn(command, words, { stdio: ["pipe", "pipe", "inherit"] });
  const session = { server, waiting: new Map() };
  createInterface({ input: server.stdout }).on("line", (line) => {
    const message = JSON.parse(line);
    session.waiting.get(message.id)?.(line);
    session.waiting.delete(message.id);
  });
  return session;
}

createServer(async (request, response) => {
  let body = "";
  for await (const part of request) body += part;
  if (!/^(localhost|127\.0\.0\.1)(:|$)/.test(request.headers.host ?? "")) return response.writeHead(403).end();
  if (request.method !== "POST") return response.writeHead(405).end();
  const message = JSON.parse(body);
  let id = request.headers["mcp-session-id"];
  if (message.method === "initialize") sessions.set((id = crypto.randomUUID()), start());
  const session = sessions.get(id);
  if (!session) return response.writeHead(404).end();
  session.server.stdin.write(JSON.stringify(message) + "\n");
  if (message.id === undefined) return response.writeHead(202).end();
  session.waiting.set(message.id, (line) => {
    response.writeHead(200, { "content-type": "application/json", "mcp-session-id": id }).end(line);
  });
}).listen(Number(port), "127.0.0.1", () => console.log("ready"));
