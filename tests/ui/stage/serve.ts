// Serves the test build on loopback as the shell serves the shipped one: under the same content policy.
import { existsSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
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
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://loopback").pathname);
    const body = content(path);
    if (body === null) {
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

function content(path: string): string | Buffer | null {
  if (path === "/stage/fonts.css") return FONTS;
  const stage = [INTER, MONO].find((file) => path === `/stage/${file}`);
  if (stage !== undefined) return readFileSync(join(fonts, stage));
  const file = join(site, normalize(path));
  if (!file.startsWith(site) || !existsSync(file)) return null;
  if (extname(file) !== ".html") return readFileSync(file);
  const head = `<link rel="preload" as="font" type="font/woff2" href="/stage/${INTER}" crossorigin /><link rel="stylesheet" href="/stage/fonts.css" /></head>`;
  return readFileSync(file, "utf8").replace("</head>", head);
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((closed) => server.close(() => closed()));
}
