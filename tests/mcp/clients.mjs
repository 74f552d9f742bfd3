// The official TypeScript SDK as a client of "batchctl mcp": its present version in each of its modes, and the one before.
// usage: node clients.mjs BATCHCTL FOLDER [OPTION...]    FOLDER: a git working tree with the sample plan
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as FormerClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as FormerTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [batchctl, plans, ...options] = process.argv.slice(2);
const identity = { name: "mcp-check", version: "1" };
let failures = 0;

function expect(isSo, text) {
  if (!isSo) {
    failures++;
    console.log(`FAILED: ${text}`);
  }
}

const modes = {
  "client 2.4.0, legacy": [() => new Client(identity, { versionNegotiation: { mode: "legacy" } }), StdioClientTransport],
  "client 2.4.0, auto": [() => new Client(identity, { versionNegotiation: { mode: "auto" } }), StdioClientTransport],
  "client 2.4.0, modern": [() => new Client(identity, { versionNegotiation: { mode: { pin: "2026-07-28" } } }), StdioClientTransport],
  "sdk 1.32.2": [() => new FormerClient(identity), FormerTransport],
};

// A piece of work from its brief to its review, and what is refused on the way; the SDK checks each result against its schema.
async function work(call, mode) {
  const status = await call("plan_status", {});
  expect(status.plans[0].ready.length > 0, `${mode}: nothing is ready`);
  await call("achievement_show", { id: "2.3", include: "execution" });
  const taken = await call("work_take", { id: "2.3", as: "ada", request: mode });
  expect(taken.brief.includes("Carry out 2.3"), `${mode}: the brief`);
  await call("work_keep", { handle: taken.claim.handle, note: "half of it" });
  const preview = await call("batch_preview", { action: "create" });
  const made = await call("batch_apply", { token: preview.token });
  expect(made.created.length === 2, `${mode}: created ${made.created.length}`);
  await call("batch_apply", { token: preview.token }, 7);
  const ended = await call("work_end", { handle: taken.claim.handle, result: "done", text: "Reviews work; tests pass." });
  expect(ended.created[0].path.includes("SUBMITTED_23_01"), `${mode}: submitted`);
  const decision = await call("batch_preview", { action: "reject", ids: ["2.3"], text: "no tests" });
  await call("decision_apply", { token: decision.token, text: "no tests" }, 8);
  await call("work_keep", { handle: taken.claim.handle }, 7);
  const events = await call("events_wait", { timeout_s: 0 });
  expect(/:/.test(events.cursor), `${mode}: a cursor`);
}

async function run(mode, make, Transport) {
  const folder = mkdtempSync(join(tmpdir(), "batchd-mcp-"));
  cpSync(plans, folder, { recursive: true });
  execFileSync("git", ["init", "-q", folder]);
  const client = make();
  let calls = 0;
  await client.connect(new Transport({ command: batchctl, args: [...options, "-C", folder, "mcp"], stderr: "inherit" }));
  const { tools } = await client.listTools();
  expect(tools.length === 9, `${mode}: ${tools.length} tools`);
  const call = async (name, given, code = 0) => {
    const result = await client.callTool({ name, arguments: given });
    calls++;
    expect(result.structuredContent.code === code, `${mode}: ${name}: ${result.content[0].text.slice(0, 200)}`);
    return result.structuredContent;
  };
  await work(call, mode);
  const { prompts } = await client.listPrompts();
  for (const { name, arguments: wanted } of prompts) {
    const given = wanted.some((each) => each.name === "id") ? { id: name === "fill" ? "3.1" : "2.3" } : {};
    const got = await client.getPrompt({ name, arguments: given }).catch((error) => error);
    expect(got.messages || name === "execute", `${mode}: prompt ${name}: ${got.message}`);
  }
  const waiting = new AbortController();
  setTimeout(() => waiting.abort("enough"), 100);
  const ended = await client.callTool({ name: "events_wait", arguments: {} }, ...(mode.startsWith("sdk") ? [undefined] : []),
                                      { signal: waiting.signal }).catch((error) => error);
  expect(ended instanceof Error || ended === "enough", `${mode}: a wait that was cancelled`);
  await call("plan_status", { show: "all" });
  await client.close();
  rmSync(folder, { recursive: true });
  console.log(`${mode}: ${calls} calls`);
}

for (const [mode, [make, Transport]] of Object.entries(modes)) {
  try {
    await run(mode, make, Transport);
  } catch (error) {
    expect(false, `${mode}: ${error.stack}`);
  }
}
process.exit(failures ? 1 : 0);
