// Every page of the built book: what a browser, a reader with other eyes, a narrow screen and a printer make of it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Book } from "./book.mjs";
import { axeOfBoxes, ours, shape, shift, smallText, stopsBeforeQuestion, watchShifts, weight } from "./measures.mjs";

/** The share of a lesson's height that is running text at least. */
const LEAST_PROSE = 0.15;

/** @type {Book} */
let book;
before(async () => {
    book = await Book.open();
});
after(() => book.close());

test("at 360 px no page is wider than the screen, drawn text is legible, and what scrolls is reached by the keyboard", () =>
    book.findOn(book.pages, { viewport: { width: 360, height: 740 } }, async (tab, goto, page) => {
        await goto(page);
        const width = await tab.evaluate(() => document.documentElement.scrollWidth);
        const small = await smallText(tab, 10.95);
        return [...(width > 360 ? [`${width} px wide`] : []), ...small, ...(await axeOfBoxes(tab))];
    }));

for (const width of [1200, 360]) {
    test(`nothing moves while a page loads, ${width} px wide`, async () => {
        for (const page of book.pages) {
            // Each for a browser that has none of the fonts yet, and remembers a choice that is not the one served.
            await book.reader({ viewport: { width, height: 900 } }, async (tab, goto) => {
                await watchShifts(tab);
                await tab.addInitScript(() => localStorage.setItem("heapbook-python", "3.11"));
                await goto(page);
                const { sum, moved } = await shift(tab);
                assert.ok(sum < 0.02, `${page}: ${sum.toFixed(3)}, by ${moved}`);
            });
        }
    });
}

test("no page is heavier than 250 kB before compression, and all scripts and styles together than 115 kB", () => {
    const weights = book.pages.map((page) => [page, weight(book, page)]);
    assert.deepEqual(weights.filter(([, bytes]) => bytes > 250_000), []);
    const together = weight(book, ...ours(book, "index.html"));
    assert.ok(together < 115_000, `${together} bytes`);
});

// Paragraphs and lists alone, without headings, questions, claims, and the space between them.
test("a lesson is no read-out: it is at most 6,000 px high, and has its share of prose", () =>
    book.findOn(book.lessons, {}, async (tab, goto, page) => {
        await goto(page);
        const { height, prose } = await shape(tab);
        return [
            ...(height > 6000 ? [`${height} px`] : []),
            ...(prose < LEAST_PROSE ? [`${Math.round(prose * 100)} % prose`] : []),
        ];
    }));

test("a dozen stops of the keyboard at most lie before a lesson's first question", () =>
    book.findOn(book.lessonsWith("hb-question"), {}, async (tab, goto, page) => {
        await goto(page);
        // Whoever uses the keyboard closes the list of chapters; the book remembers it.
        await tab.evaluate(() => localStorage.setItem("mdbook-sidebar", "hidden"));
        await tab.reload();
        const stops = await stopsBeforeQuestion(tab);
        return stops.length > 12 ? [`${stops.length} stops: ${stops.join(" | ")}`] : [];
    }));

test("without JavaScript everything is readable, and answers are folded", () =>
    book.findOn(book.pages, { javaScriptEnabled: false }, async (tab, goto, page) => {
        await goto(page);
        return tab.evaluate(() => {
            const isSeen = (element) => element.getClientRects().length > 0;
            const found = [];
            for (const answer of document.querySelectorAll(".hb-answer")) {
                const folded = answer.querySelector(":scope > :not(summary)");
                if (!answer.closest("[hidden]") && (!isSeen(answer.querySelector("summary")) || folded.checkVisibility())) {
                    found.push("an answer that is not folded");
                }
            }
            for (const options of document.querySelectorAll(".hb-options > li")) {
                if (!options.closest("[hidden]") && !isSeen(options)) {
                    found.push("an option that is not seen");
                }
            }
            const dead = [...document.querySelectorAll("main :is(button, input)")].filter(isSeen);
            return [...found, ...dead.map((control) => `a control that does nothing: ${control.outerHTML}`)];
        });
    }));

test("the cheat sheet is printed on one page, without controls", () =>
    book.reader({}, async (tab, goto) => {
        await goto("cheat-sheet.html");
        const pdf = await tab.pdf({ format: "A4" });
        const count = pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length;
        assert.equal(count, 1);
        await tab.emulateMedia({ media: "print" });
        assert.equal(await tab.locator("button, input, .hb-next").filter({ visible: true }).count(), 0);
    }));

test("a lesson is printed without controls, and without its answers", () =>
    book.reader({ reducedMotion: "reduce" }, async (tab, goto) => {
        await goto(book.lessonsWith('data-kind="which"')[0]);
        await tab.emulateMedia({ media: "print" });
        const seen = tab.locator("main").locator("button, input, .hb-answer, .hb-reply").filter({ visible: true });
        assert.equal(await seen.count(), 0);
        assert.ok((await tab.locator(".hb-options > li").filter({ visible: true }).count()) > 1);
    }));

test("search finds, and leads to the page", () =>
    book.reader({}, async (tab, goto) => {
        await goto(book.lessons[0]);
        await tab.keyboard.press("s");
        await tab.locator("#mdbook-searchbar").pressSequentially("tracemalloc");
        const first = tab.locator("#mdbook-searchresults a").first();
        await first.click();
        await tab.waitForLoadState();
        assert.match(await tab.locator("main").innerText(), /tracemalloc/);
    }));

test("a theme is chosen from the menu, and remembered", () =>
    book.reader({}, async (tab, goto) => {
        await goto("glossary.html");
        const ground = () => tab.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
        const light = await ground();
        await tab.locator("#mdbook-theme-toggle").click();
        await tab.locator("#mdbook-theme-navy").click();
        const navy = await ground();
        assert.notEqual(navy, light);
        await tab.reload();
        assert.equal(await ground(), navy);
    }));

test("every link within the book leads to a page, and to a place on it", async () => {
    const anchors = new Map(book.pages.map((page) => [page, new Set([...book.html(page).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id))]));
    const broken = [];
    for (const page of book.pages) {
        for (const [, link] of book.html(page).matchAll(/<a\b[^>]* href="([^"]*)"/g)) {
            if (/^[a-z]+:/.test(link)) {
                continue;
            }
            const { pathname, hash } = new URL(link, `http://book/${page}`);
            const target = pathname.slice(1);
            const isThere = target === "print.html" || anchors.has(target);
            if (link.startsWith("/") || !isThere || (hash && !anchors.get(target)?.has(decodeURIComponent(hash.slice(1))))) {
                broken.push(`${page}: ${link}`);
            }
        }
    }
    assert.deepEqual(broken, []);
});
