// Projects of the tests' own: a book with a reader's records beside the reference, and one whose texts are hostile.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { ROOT } from "./book.mjs";

const BINARIES = ["release", "debug"].map((profile) => join(ROOT, "target", profile, "heapbook"));

/** The program that builds books: `HEAPBOOK`, or what was built here. */
function binary() {
    const found = process.env.HEAPBOOK || BINARIES.find(existsSync);
    if (!found) {
        throw new Error("no heapbook: build it with cargo build --release, or name one in HEAPBOOK");
    }
    return found;
}

/** A folder of a project, which goes with this process. */
export class Project {
    constructor() {
        this.folder = mkdtempSync(join(tmpdir(), "heapbook-book-"));
        process.on("exit", () => rmSync(this.folder, { recursive: true, force: true }));
        this.copy("book/book.toml");
        this.copy("book/theme");
    }

    path(below) {
        return join(this.folder, below);
    }

    copy(below, change = (text) => text) {
        mkdirSync(dirname(this.path(below)), { recursive: true });
        cpSync(join(ROOT, below), this.path(below), { recursive: true });
        if (change.length > 0) {
            this.write(below, change(readFileSync(this.path(below), "utf8")));
        }
    }

    write(below, text) {
        mkdirSync(dirname(this.path(below)), { recursive: true });
        writeFileSync(this.path(below), text);
    }

    /** Runs the program in the project. */
    heapbook(...words) {
        return execFileSync(binary(), words, { cwd: this.folder, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
    }

    /** Builds the book, and gives its folder. */
    build() {
        this.heapbook("book");
        return this.path("target/book");
    }
}
