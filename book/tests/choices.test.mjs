// The control of a page's figures: which Python, whose machine, and what a figure says of itself.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Book } from "./book.mjs";
import { withOwnRecords } from "./project.mjs";

/** @type {Book} */
let book;
/** @type {Book} */
let own;
before(async () => {
    book = await Book.open();
    own = await Book.open(withOwnRecords());
});
after(async () => {
    await own?.close();
    await book?.close();
});

/** For which Pythons the alternatives are that are shown. */
const shownPythons = (tab) =>
    tab
        .locator(".hb-choice:not([hidden])")
        .evaluateAll((shown) => [...new Set(shown.map((one) => one.dataset.book))]);

const radio = (tab, name) => tab.locator(".hb-choose").getByRole("radio", { name, exact: true });

test("tables, claims and provenance follow the Python, on this page and the next", () =>
    book.reader({}, async (tab, goto) => {
        const [first, second] = book.lessonsWith("data-pythons");
        await goto(first);
        const before = await tab.locator("main table").first().innerText();
        await radio(tab, "3.11").check();
        for (const page of [first, second]) {
            await goto(page);
            assert.equal(await radio(tab, "3.11").isChecked(), true);
            for (const pythons of await shownPythons(tab)) {
                assert.ok(pythons.split(" ").includes("3.11"), `${page} shows ${pythons}`);
            }
            assert.match(await tab.locator(".hb-whose").innerText(), /CPython 3\.11\./);
        }
        await goto(first);
        await radio(tab, "3.14").check();
        assert.equal(await tab.locator("main table").filter({ visible: true }).first().innerText(), before);
    }));

test("the answer of a question is that of the chosen Python", () =>
    book.reader({}, async (tab, goto) => {
        const differs = (page) => {
            const alternative = /<div class="hb-choice"[^>]*>\s*<section class="hb-question"[^>]*data-key="([^"]*)"/g;
            return [...book.html(page).matchAll(alternative)].length > 1;
        };
        const page = book.lessons.find(differs);
        assert.ok(page, "a question whose figures differ between Pythons");
        await goto(page);
        for (const python of ["3.11", "3.15"]) {
            await radio(tab, python).check();
            const keys = await tab
                .locator(".hb-choice > .hb-question")
                .filter({ visible: true })
                .evaluateAll((asked) => asked.map(({ dataset }) => dataset.key));
            assert.ok(keys.length > 0);
            assert.equal(new Set(keys).size, keys.length, "each is asked once");
        }
    }));

test("a figure says exactly what it is and where it was measured, by a click and by a button", () =>
    book.reader({}, async (tab, goto) => {
        await goto(book.lessonsWith("<data")[0]);
        const rounded = tab.locator("main data[title]").filter({ visible: true, hasText: /[KM]iB/ }).first();
        const before = await rounded.innerText();
        await rounded.click();
        const popover = tab.locator(".hb-popover");
        assert.match(await popover.innerText(), /^[\d,]+ bytes\s+Measured on .*CPython/s);
        await tab.keyboard.press("Escape");
        assert.equal(await popover.innerText(), "");

        const exactly = tab.getByRole("button", { name: "Exact figures" });
        await exactly.press("Enter");
        assert.match(await tab.locator("main data[title]").filter({ visible: true }).first().innerText(), /^[\d,.]+ \w+/);
        assert.equal(await tab.locator("main data[title]").filter({ visible: true, hasText: /[KM]iB/ }).count(), 0);
        await exactly.press("Enter");
        assert.equal(await rounded.innerText(), before);
    }));

test("the book's figures, the reader's, and both", () =>
    own.reader({}, async (tab, goto) => {
        // What is the same for both belongs to both.
        const sides = () =>
            tab.locator("main > .hb-choice:not([hidden])").evaluateAll((shown) => ({
                book: shown.some(({ dataset }) => dataset.book && !dataset.reader),
                mine: shown.some(({ dataset }) => dataset.reader && !dataset.book),
            }));
        await goto("memory/del.html");
        assert.deepEqual(await sides(), { book: true, mine: false });
        await radio(tab, "mine").check();
        assert.deepEqual(await sides(), { book: false, mine: true });
        assert.match(await tab.locator(".hb-whose").innerText(), /Yours: measured on Reader’s processor/);
        await tab.reload();
        assert.deepEqual(await sides(), { book: false, mine: true });
        await radio(tab, "both").check();
        assert.deepEqual(await sides(), { book: true, mine: true });
        const table = tab.locator(".hb-choice:not([hidden]):has(table)");
        const labels = await table.evaluateAll((shown) => shown.map((one) => getComputedStyle(one, "::before").content));
        assert.ok(labels.some((label) => label.includes("Yours")), String(labels));
        // A question is asked once, and no figure of the reader's Python is called the book's.
        const asked = tab.locator(".hb-question").filter({ visible: true });
        const keys = await asked.evaluateAll((questions) => questions.map(({ dataset }) => dataset.key));
        assert.equal(new Set(keys).size, keys.length, String(keys));
        const wrong = tab.locator(".hb-choice[data-yours]:not([hidden])");
        const named = await wrong.evaluateAll((shown) =>
            shown.filter(({ dataset }) => dataset.label?.startsWith("The book") && !dataset.book.includes("3.14")),
        );
        assert.deepEqual(named, []);
    }));

test("the page on the reader's machine lists what comes out otherwise there", () =>
    own.reader({}, async (tab, goto) => {
        await goto("your-machine.html");
        assert.match(await tab.locator("main").innerText(), /With `?del`? in time only one object is alive at once/);
    }));
