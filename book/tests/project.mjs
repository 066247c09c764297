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

    /** Takes a file or a folder from this project. */
    copy(below) {
        mkdirSync(dirname(this.path(below)), { recursive: true });
        cpSync(join(ROOT, below), this.path(below), { recursive: true });
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

/** Records with each of their cells, and their machines, changed. */
function changed(text, change) {
    const [head, ...cells] = text.trimEnd().split("\n").map((line) => JSON.parse(line));
    change(head, cells);
    return [head, ...cells].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** The book with the records of a reader, whose `del` lowers no peak. Gives the folder of the book. */
export function withOwnRecords() {
    const project = new Project();
    ["scenarios", "book/records/del.jsonl", "book/src/memory/del.md", "book/src/your-machine.md"].forEach((below) =>
        project.copy(below),
    );
    project.write("book/src/SUMMARY.md", "# Summary\n\n- [del](memory/del.md)\n- [Yours](your-machine.md)\n");
    const reference = readFileSync(project.path("book/records/del.jsonl"), "utf8");
    const own = changed(reference, (head, cells) => {
        Object.values(head.machines).forEach((machine) => (machine.cpu = "Reader’s processor"));
        for (const cell of cells) {
            cell.measured_at = "2026-12-01T10:00:00Z";
            const processes = cell.variant === "python.delete_first" ? (cell.memory?.processes ?? []) : [];
            processes.forEach((process) => (process.peak_bytes *= 2));
        }
    });
    project.write("book/records/local/del.jsonl", own);
    return project.build();
}

/** What runs, or asks for something, wherever it is taken for markup. */
const HOSTILE =
    '"><img src="https://elsewhere.invalid/" onerror="window.hit = 1"></code></pre><script>window.hit = 2</script>' +
    "<svg onload='window.hit = 3'> [a](javascript:window.hit=4) `<b>` {{#include ../../secret.txt}}";

/** Every sentence of a scenario.toml, with something hostile behind it. */
function hostileScenario(text) {
    const quoted = HOSTILE.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
    const sentence = /((?:title|question|says|ask|task) = |^"[^"]*" = |^ {4})"((?:[^"\\]|\\.)+)"/gm;
    return text.replace(sentence, (_, before, words) => `${before}"${words} ${quoted}"`);
}

/** Every directive that the manual lists, about `del`. */
function everyDirective() {
    const manual = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
    const rows = manual.split("\n").filter((line) => line.startsWith("| `{{#"));
    const names = { slug: "del", id: "del-halves-the-peak", "python.a": "python.delete_alias", "python.b": "python.keep_both" };
    return rows
        .flatMap((row) => row.match(/{{#[^}]*}}/g))
        .map((directive) => directive.replace(" slug/python.a", "").replace(/\b(slug|id|python\.[ab])\b/g, (name) => names[name]));
}

/** The book of one scenario in which every text is hostile: the author's, the program's, the machine's, the errors'. */
export function withHostileTexts() {
    const project = new Project();
    ["scenarios", "book/records/del.jsonl", "book/records/bench", "book/src/memory/del.md"].forEach((below) => project.copy(below));
    project.write("secret.txt", "the secret");
    const scenario = readFileSync(project.path("scenarios/del/scenario.toml"), "utf8");
    project.write("scenarios/del/scenario.toml", hostileScenario(scenario));
    const workload = readFileSync(project.path("scenarios/del/workload.py"), "utf8");
    project.write("scenarios/del/workload.py", workload.replaceAll(/^( {4}return .*)$/gm, `    # ${HOSTILE}\n$1`));

    const records = changed(readFileSync(project.path("book/records/del.jsonl"), "utf8"), (head, cells) => {
        for (const machine of Object.values(head.machines)) {
            ["cpu", "os", "architecture", "kernel", "allocator"].forEach((name) => (machine[name] += HOSTILE));
        }
        for (const cell of cells) {
            cell.measured_at += HOSTILE;
            cell.harness += HOSTILE;
            cell.conditions.checkout.revision += HOSTILE;
            ["implementation", "build", "flags", "version"].forEach((name) => (cell.runtime[name] += HOSTILE));
            if (cell.variant === "rust.rc_alias") {
                cell.errors = [{ pass: "memory", process: 1, kind: "exception", message: HOSTILE }];
            }
        }
    });
    project.write("book/records/del.jsonl", records);
    project.write("book/records/local/del.jsonl", records.replaceAll('"measured_at":"2026', '"measured_at":"2027'));
    project.write("book/src/all.md", `# All\n\n${everyDirective().join("\n\n")}\n`);
    project.write("book/src/SUMMARY.md", "# Summary\n\n- [del](memory/del.md)\n- [All](all.md)\n");
    return project.build();
}
