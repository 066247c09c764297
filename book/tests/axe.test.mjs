// What axe-core finds in the content of every page, in every theme.

import { after, before, test } from "node:test";

import { Book } from "./book.mjs";
import { axe, axeOfColours } from "./measures.mjs";

const OTHER_THEMES = ["rust", "coal", "navy", "ayu"];

/** @type {Book} */
let book;
before(async () => {
    book = await Book.open();
});
after(() => book.close());

test("axe finds nothing in the content of any page, in any theme", () => {
    const seen = new Map(OTHER_THEMES.map((theme) => [theme, new Set()]));
    const choose = (tab, theme) => tab.evaluate((name) => document.getElementById(`mdbook-theme-${name}`).click(), theme);
    return book.findOn(book.pages, { reducedMotion: "reduce" }, async (tab, goto, page) => {
        await goto(page);
        await choose(tab, "light");
        const found = await axe(tab);
        for (const theme of OTHER_THEMES) {
            await choose(tab, theme);
            const violations = await axeOfColours(tab, seen.get(theme));
            found.push(...violations.map((one) => `${theme}: ${one}`));
        }
        return found;
    });
});
