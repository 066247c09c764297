// How far a reader has come, and forgetting it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Book, remembered } from "./book.mjs";

/** @type {Book} */
let book;
before(async () => {
    book = await Book.open();
});
after(() => book.close());

/** The lessons in the order of the list of chapters. */
function inOrder() {
    const chapters = [...book.html("toc.html").matchAll(/href="([^"#]+)"/g)].map(([, page]) => page);
    return chapters.filter((page) => book.lessons.includes(page));
}

const states = (tab, page) => tab.locator(`.hb-progress > li[data-lesson="${page}"] .hb-states`).innerText();

test("every lesson is listed, in the order of the book", () =>
    book.reader({}, async (tab, goto) => {
        await goto("progress.html");
        const listed = await tab.locator(".hb-progress > li").evaluateAll((items) => items.map(({ dataset }) => dataset.lesson));
        assert.deepEqual(listed, inOrder());
    }));

test("what was read and answered is marked, and forgotten when the reader says so twice", () =>
    book.reader({}, async (tab, goto) => {
        const [page, next] = inOrder();
        await goto(page);
        const asked = tab.locator(".hb-question:not(.hb-withdrawn)").filter({ visible: true });
        await asked.first().getByRole("button", { name: "Show the answer" }).click();
        const end = tab.locator(".hb-next");
        assert.match(await end.innerText(), /^You’ve answered 1 of \d+ questions here\. .*Next: /);
        await end.scrollIntoViewIfNeeded();
        await tab.waitForFunction(() => localStorage.getItem("heapbook-read") !== null);

        await goto("progress.html");
        assert.match(await states(tab, page), /^✓ read\s+1 of \d+ answered\s+exercise open$/);
        assert.match(await states(tab, next), /^not read yet\s+0 of \d+ answered/);
        assert.match(await tab.locator(".hb-progress-summary").innerText(), /^1 of \d+ lessons read, 1 of \d+ questions answered\. Go on with /);
        assert.equal(await tab.locator(".hb-progress-summary a").evaluate((link) => link.pathname.endsWith("references.html")), false);

        await tab.evaluate(() => localStorage.setItem("mdbook-theme", "navy"));
        await tab.getByRole("button", { name: "Reset" }).click();
        await tab.getByRole("button", { name: "Keep it" }).click();
        assert.notDeepEqual(await remembered(tab, "heapbook-answers"), {});
        await tab.getByRole("button", { name: "Reset" }).click();
        await tab.getByRole("button", { name: "Forget it all" }).click();
        assert.match(await states(tab, page), /^not read yet\s+0 of/);
        const left = await tab.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("heapbook-")));
        assert.deepEqual(left, []);
        assert.equal(await tab.evaluate(() => localStorage.getItem("mdbook-theme")), "navy", "mdBook's own stays");
    }));

test("the questions counted on the page of progress are those that the lesson asks", () => {
    const items = book.html("progress.html").matchAll(/<li data-lesson="([^"]*)" data-keys="([^"]*)"/g);
    for (const [, page, keys] of items) {
        const asked = book.html(page).matchAll(/<section class="hb-question" data-key="([^"]*)"/g);
        assert.deepEqual([...new Set([...asked].map(([, key]) => key))], keys.split(" "), page);
    }
});
