// Serves a built book as a host would: below a path, and with a policy under which nothing runs but files of the book's.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

/** Books are published below a path, not at the root of a host. */
const PREFIX = "/a/shelf/heapbook/";

const TYPES = {
    ".css": "text/css",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
};

/** The hashes of the scripts that stand in mdBook's frame of the page. What stands in its content has none. */
function frameHashes(html) {
    const frame = html.replace(/<main>.*<\/main>/s, "");
    const scripts = [...frame.matchAll(/<script>(.*?)<\/script>/gs)].map(([, text]) => text);
    return scripts.map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
}

/** mdBook sets styles in attributes; scripts come from files alone. */
function policy(html) {
    const scripts = ["'self'", ...frameHashes(html)].join(" ");
    return [
        "default-src 'self'",
        `script-src ${scripts}`,
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ].join("; ");
}

/** Serves a folder; gives the address of its first page, and what ends it. */
export async function serve(folder) {
    const server = createServer(async (request, response) => {
        const { pathname } = new URL(request.url, "http://127.0.0.1");
        const below = normalize(decodeURIComponent(pathname.slice(PREFIX.length)) || "index.html");
        try {
            if (!pathname.startsWith(PREFIX) || below.startsWith("..")) {
                throw new Error("not below the prefix");
            }
            const type = TYPES[extname(below)] ?? "application/octet-stream";
            const body = await readFile(join(folder, below));
            const isPage = type.startsWith("text/html");
            response.writeHead(200, {
                "content-type": type,
                // All but the pages have a digest of their content in their names.
                "cache-control": isPage ? "no-store" : "max-age=3600",
                ...(isPage && { "content-security-policy": policy(body.toString()) }),
            });
            response.end(body);
        } catch {
            response.writeHead(404).end();
        }
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const origin = `http://127.0.0.1:${server.address().port}`;
    return {
        origin,
        address: origin + PREFIX,
        close: () => new Promise((resolve) => server.close(resolve)),
    };
}
