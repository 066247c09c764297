// Small runs, watched step by step.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Book } from "./book.mjs";

/** @type {Book} */
let book;
before(async () => {
    book = await Book.open();
});
after(() => book.close());

/** A reader at the first run of the first lesson that has one. */
function atRun(options, read) {
    const page = book.lessonsWith("hb-watch")[0];
    assert.ok(page, "no lesson has a run to watch");
    return book.reader(options, async (tab, goto) => {
        await goto(page);
        const run = tab.locator(".hb-watch").filter({ visible: true }).first();
        await read(run, tab, goto, page);
    });
}

/** The steps that are seen, each by what is said of it. */
const seen = (run) => run.locator(".hb-watch-all li > p").filter({ visible: true }).allInnerTexts();

test("a run is stepped through with buttons and keys, one step at a time", () =>
    atRun({}, async (run, tab, _, page) => {
        assert.deepEqual(await seen(run), ["Before the first line."]);
        await run.getByRole("button", { name: "Next" }).click();
        const [first, ...others] = await seen(run);
        assert.match(first, /^Line \d+ .* live/);
        assert.deepEqual(others, []);
        const line = first.match(/\d+/)?.[0] ?? "";
        const marked = run.locator(".hb-watch-code .hb-now");
        assert.deepEqual(await marked.evaluateAll((all) => all.map((one) => one.dataset.line)), [line]);
        assert.equal(await run.locator("[aria-live]").textContent(), first, "it is spoken");

        await tab.keyboard.press("ArrowLeft");
        assert.deepEqual(await seen(run), ["Before the first line."]);
        const slider = run.getByRole("slider", { name: "Step" });
        assert.equal(await run.locator(".hb-controls :focus").count(), 1, "the focus is kept");
        await slider.press("End");
        assert.match((await seen(run))[0], /and the function returns/);
        assert.equal(await run.getByRole("button", { name: "Next" }).isDisabled(), true);
        await tab.keyboard.press("ArrowRight");
        assert.ok(tab.url().endsWith(page), "the arrow keys turn no page");
    }));

test("a run follows the choice of the Python", () =>
    atRun({}, async (_run, tab) => {
        const of = () => tab.locator(".hb-choice:visible:has(.hb-watch)").first().getAttribute("data-book");
        assert.doesNotMatch(await of(), /3\.11/);
        await tab.getByRole("radio", { name: "3.11" }).check();
        assert.match(await of(), /3\.11/);
        const run = tab.locator(".hb-watch:visible").first();
        assert.match(await run.locator("figcaption").innerText(), /, step by step\.$/);
        await run.getByRole("button", { name: "Next" }).click();
        assert.match((await seen(run))[0], /^Line \d+ .* live/);
    }));

test("without JavaScript all steps are there to be unfolded", () =>
    atRun({ javaScriptEnabled: false }, async (run) => {
        assert.deepEqual(await seen(run), []);
        await run.locator("summary").click();
        const steps = await seen(run);
        assert.ok(steps.length >= 2 && steps.length <= 12, `${steps.length} steps`);
        assert.equal(await run.locator("svg.hb-scene").filter({ visible: true }).count(), steps.length);
    }));
