// Whatever a scenario's author, a program, a machine or an error says stays text.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Book } from "./book.mjs";
import { withHostileTexts } from "./project.mjs";

/** @type {Book} */
let book;
before(async () => {
    book = await Book.open(withHostileTexts());
});
after(() => book?.close());

/** What came of hostile words on a page: nothing, if they stayed words. */
const acted = (tab) =>
    tab.evaluate(() => ({
        hit: window.hit,
        elements: document.querySelectorAll("main :is(script, img, [onload], [onerror], a[href^='javascript:'])").length,
    }));

for (const page of ["memory/del.html", "all.html"]) {
    test(`markup in any text stays inert on ${page}`, () =>
        book.reader({}, async (tab, goto) => {
            await goto(page);
            const text = await tab.locator("main").innerText();
            assert.ok(text.includes("<script>window.hit = 2</script>"), "it is there to be read");
            assert.ok(!text.includes("the secret"));

            // Whatever is folded, explained or answered takes texts out of attributes and into the page.
            await tab.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
            for (const button of await tab.locator(".hb-turn").filter({ visible: true }).all()) {
                await button.click();
            }
            for (const name of ["both", "3.11"]) {
                const choice = tab.locator(".hb-choose").getByRole("radio", { name });
                if ((await choice.count()) > 0) {
                    await choice.first().check();
                }
            }
            const figure = tab.locator("main data[title]").filter({ visible: true });
            if ((await figure.count()) > 0) {
                await figure.first().click();
                assert.ok((await tab.locator(".hb-popover").innerText()).includes("<script>"), "where it was measured");
            }
            assert.deepEqual(await acted(tab), { hit: undefined, elements: 0 });
        }));
}
