// A built book: its pages, which of them are lessons, and a browser that reads it.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

import { chromium } from "playwright-core";

import { serve } from "./server.mjs";

export const ROOT = resolve(import.meta.dirname, "../..");

/** The book that `heapbook book` builds. */
const BUILT = join(ROOT, "target/book");

/** Nothing of these is a page of its own: the whole book on one page, the error's page, the sidebar without scripts. */
const NO_PAGES = ["print.html", "404.html", "toc.html"];

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

/** The browser: `CHROMIUM`, or else the first that the path has. */
function browserFile() {
    const folders = (process.env.PATH ?? "").split(delimiter);
    const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(existsSync);
    const file = process.env.CHROMIUM || found;
    if (!file) {
        throw new Error("no browser: install Debian's chromium, or name one in CHROMIUM");
    }
    return file;
}

/** What goes wrong on a page without anyone's asking. */
function watch(context, origin) {
    const defects = [];
    context.on("console", (message) => {
        if (message.type() === "error") {
            defects.push(`console: ${message.text()} (${message.location().url})`);
        }
    });
    context.on("weberror", (error) => defects.push(`uncaught: ${error.error()}`));
    context.on("request", (request) => {
        if (!request.url().startsWith(`${origin}/`) && !request.url().startsWith("data:")) {
            defects.push(`a request to ${request.url()}`);
        }
    });
    context.on("response", (response) => {
        if (response.status() >= 400) {
            defects.push(`${response.status()} for ${response.url()}`);
        }
    });
    context.on("dialog", (dialog) => {
        defects.push(`a dialog: ${dialog.message()}`);
        dialog.dismiss();
    });
    return defects;
}

export class Book {
    #server;
    #browser;

    constructor(folder, server, browser) {
        this.folder = folder;
        this.#server = server;
        this.#browser = browser;
    }

    /** Serves the book in a folder, and starts a browser. */
    static async open(folder = BUILT) {
        if (!existsSync(join(folder, "index.html"))) {
            throw new Error(`no book in ${folder}: build it with cargo heapbook book`);
        }
        const server = await serve(folder);
        const browser = await chromium.launch({ executablePath: browserFile(), args: ["--no-sandbox"] });
        return new Book(folder, server, browser);
    }

    async close() {
        await this.#browser.close();
        await this.#server.close();
    }

    /** The paths of all pages. */
    get pages() {
        const files = readdirSync(this.folder, { recursive: true }).filter((file) => file.endsWith(".html"));
        return files.filter((file) => !NO_PAGES.includes(file)).sort();
    }

    /** The pages of the scenarios: such a page has its scenario's name. */
    get lessons() {
        const isLesson = (page) => existsSync(join(ROOT, "scenarios", page.replace(/^.*\/|\.html$/g, ""), "scenario.toml"));
        return this.pages.filter(isLesson);
    }

    /** The text of a page as it is served. */
    html(page) {
        return readFileSync(join(this.folder, page), "utf8");
    }

    /** The lessons whose page holds a text. */
    lessonsWith(text) {
        return this.lessons.filter((page) => this.html(page).includes(text));
    }

    address(page) {
        return this.#server.address + page;
    }

    /** Goes through pages in one tab, and throws all that is found on them at once. */
    async findOn(pages, options, find) {
        const found = [];
        await this.reader(options, async (tab, goto) => {
            for (const page of pages) {
                const here = await find(tab, goto, page);
                found.push(...here.map((one) => `${page}: ${one}`));
            }
        });
        if (found.length > 0) {
            throw new Error(`found:\n${found.join("\n")}`);
        }
    }

    /** A reader who has never been here. `read` is given a tab; what goes wrong on its pages is an error. */
    async reader(options, read) {
        const context = await this.#browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
        context.setDefaultTimeout(10_000);
        const defects = watch(context, this.#server.origin);
        try {
            const tab = await context.newPage();
            await read(tab, (page) => tab.goto(this.address(page)));
            if (defects.length > 0) {
                throw new Error(`${tab.url()}: ${defects.join("; ")}`);
            }
        } finally {
            await context.close();
        }
    }
}

/** What the book remembers under a key. */
export function remembered(tab, key) {
    return tab.evaluate((name) => JSON.parse(localStorage.getItem(name) ?? "{}"), key);
}
