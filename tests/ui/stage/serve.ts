// Serves the test build on loopback as the shell serves the shipped one: under the same content policy.
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import { fonts, shellConfig, site } from "./places";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
};

const INTER = "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2";
const MONO = "@fontsource/cascadia-mono/files/cascadia-mono-latin-400-normal.woff2";

/** The same letters on every machine: the first family that the tokens name is always there. */
const FONTS = [face("Segoe UI Variable Text", "100 900", INTER), face("Cascadia Mono", "400", MONO)].join("\n");

function face(family: string, weight: string, file: string): string {
  return `@font-face { font-family: "${family}"; font-weight: ${weight}; font-display: block; src: url("/stage/${file}") format("woff2"); }`;
}

/** The policy that the shell gives its pages. */
export function policy(): string {
  const config: unknown = JSON.parse(readFileSync(shellConfig, "utf8"));
  const csp = (config as { app: { security: { csp: unknown } } }).app.security.csp;
  if (typeof csp !== "string" || !csp.includes("default-src 'none'")) throw new Error("tauri.conf.json names no strict policy");
  return csp;
}

export interface Served {
  origin: string;
  close(): Promise<void>;
}

export async function serve(): Promise<Served> {
  const csp = policy();
  const files = everything();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://loopback").pathname);
    // A browser asks for a picture of the site once, whatever the page says.
    if (path === "/favicon.ico") {
      response.writeHead(204).end();
      return;
    }
    const body = files.get(path);
    if (body === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type, "content-security-policy": csp, "cache-control": "no-store" });
    response.end(body);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => close(server) };
}

/** All there is to serve, kept in memory: a build meanwhile does not change what a run looks at. */
function everything(): Map<string, string | Buffer> {
  const files = new Map<string, string | Buffer>([["/stage/fonts.css", FONTS]]);
  for (const file of [INTER, MONO]) files.set(`/stage/${file}`, readFileSync(join(fonts, file)));
  const head = `<link rel="preload" as="font" type="font/woff2" href="/stage/${INTER}" crossorigin /><link rel="stylesheet" href="/stage/fonts.css" /></head>`;
  for (const name of readdirSync(site, { recursive: true, encoding: "utf8" })) {
    if (extname(name) === "") continue;
    const body = readFileSync(join(site, name));
    files.set(`/${name}`, extname(name) === ".html" ? body.toString("utf8").replace("</head>", head) : body);
  }
  return files;
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((closed) => server.close(() => closed()));
}
