// What axe-core finds in the content of every page, in every theme.

import { after, before, test } from "node:test";

import { Book } from "./book.mjs";
import { axe } from "./measures.mjs";

const THEMES = ["light", "rust", "coal", "navy", "ayu"];

/** @type {Book} */
let book;
before(async () => {
    book = await Book.open();
});
after(() => book.close());

test("axe finds nothing in the content of any page, in any theme", () =>
    book.findOn(book.pages, { reducedMotion: "reduce" }, async (tab, goto, page) => {
        await goto(page);
        const found = [];
        for (const theme of THEMES) {
            await tab.evaluate((name) => document.getElementById(`mdbook-theme-${name}`).click(), theme);
            const violations = await axe(tab, theme === THEMES[0] ? "all" : "colours");
            found.push(...violations.map((one) => `${theme}: ${one}`));
        }
        return found;
    }));
