// Questions of the built book, answered as a reader does.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { Book, remembered } from "./book.mjs";

const ANSWERS = "heapbook-answers";
const HOUR = 60 * 60 * 1000;

/** @type {Book} */
let book;
before(async () => {
    book = await Book.open();
});
after(() => book.close());

/** The first question of a kind that the page shows. */
function question(tab, kind) {
    return tab.locator(`.hb-question[data-kind="${kind}"]:not(.hb-withdrawn)`).filter({ visible: true }).first();
}

/** Opens what is folded: most of a lesson's questions are. */
const openAll = (tab) => tab.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));

/** A reader on the first lesson that has a question of a kind. */
function atQuestion(kind, read) {
    const page = book.lessonsWith(`data-kind="${kind}"`)[0];
    assert.ok(page, `no lesson asks a question of the kind ${kind}`);
    return book.reader({}, async (tab, goto) => {
        await goto(page);
        await openAll(tab);
        const asked = question(tab, kind);
        await read(asked, await asked.getAttribute("data-key"), tab, goto);
    });
}

const options = (asked, kind) => asked.locator(kind === "right" ? "li[data-right] .hb-option" : "li:not([data-right]) .hb-option");

for (const kind of ["which", "grows", "why"]) {
    test(`${kind}: a wrong answer is refuted, and the others stay open`, () =>
        atQuestion(kind, async (asked, key, tab) => {
            const wrong = asked.locator("li:not([data-right])").first();
            await wrong.locator(".hb-option").click();
            const reply = await wrong.locator(".hb-reply").innerText();
            assert.match(reply, /^✗ Wrong .{10}/s);
            assert.match(await asked.getByRole("status").innerText(), /^Wrong\. /);
            assert.equal(await options(asked, "right").getAttribute("aria-disabled"), null);
            assert.equal((await remembered(tab, ANSWERS))[key].right, false);

            await options(asked, "right").click();
            assert.match(await asked.locator("li[data-right] .hb-reply").innerText(), /^✓ Right .{10}/s);
            const hidden = await asked.locator(".hb-reply").filter({ visible: false }).count();
            assert.equal(hidden, 0, "every option is explained");
            assert.equal((await remembered(tab, ANSWERS))[key].right, false, "the first answer counts");
        }));

    test(`${kind}: a right answer is found again when the reader comes back`, () =>
        atQuestion(kind, async (asked, key, tab) => {
            await options(asked, "right").click();
            const { right, due } = (await remembered(tab, ANSWERS))[key];
            assert.deepEqual({ right, due }, { right: true, due: null });
            await tab.reload();
            await openAll(tab);
            assert.match(await asked.locator(".hb-note").innerText(), /^You answered [A-E]: right\.$/);
            await asked.getByRole("button", { name: "Again" }).click();
            assert.equal(await asked.locator(".hb-reply").filter({ visible: true }).count(), 0);
        }));
}

test("times: a guess far off is told the true number", () =>
    atQuestion("times", async (asked, key, tab) => {
        const truth = Number(await asked.getAttribute("data-times"));
        await asked.getByRole("spinbutton").fill(String(truth * 900));
        await asked.getByRole("button", { name: "Answer", exact: true }).click();
        const reply = await asked.locator(".hb-stage .hb-reply").innerText();
        assert.match(reply, /^✗ Too (large|small): it is /);
        assert.equal((await remembered(tab, ANSWERS))[key].right, false);
        await tab.reload();
            await openAll(tab);
        assert.match(await asked.locator(".hb-note").innerText(), /^You answered .* It comes back for review tomorrow\.$/);
    }));

test("times: a close guess is right, by Enter in the field", () =>
    atQuestion("times", async (asked, key, tab) => {
        const truth = Number(await asked.getAttribute("data-times"));
        const field = asked.getByRole("spinbutton");
        await field.fill(String(truth * 1.2));
        await field.press("Enter");
        assert.match(await asked.locator(".hb-stage .hb-reply").innerText(), /^✓ Close: it is /);
        assert.equal((await remembered(tab, ANSWERS))[key].right, true);
    }));

test("times: the slider says the number that it stands for", () =>
    atQuestion("times", async (asked) => {
        const slider = asked.getByRole("slider");
        await slider.focus();
        const earlier = await slider.getAttribute("aria-valuetext");
        await slider.press("PageUp");
        await slider.press("PageUp");
        const later = await slider.getAttribute("aria-valuetext");
        assert.notEqual(later, earlier);
        assert.ok(later.includes(await asked.getByRole("spinbutton").inputValue()), later);
        // Which side of 1 the answer is on, the range must not say.
        assert.deepEqual([await slider.getAttribute("min"), await slider.getAttribute("max")], ["-300", "300"]);
    }));

const places = (asked) =>
    asked.locator(".hb-options > li").evaluateAll((items) => items.map((item) => Number(item.dataset.place)));

test("order: as it is served it is wrong, and the keyboard puts it right", () =>
    atQuestion("order", async (asked, key, tab) => {
        const check = asked.getByRole("button", { name: "Check" });
        await check.focus();
        await check.press("Enter");
        assert.ok((await asked.locator("li.hb-is-wrong").count()) > 0);
        assert.match(await asked.getByRole("status").innerText(), /in the wrong place/);
        assert.equal((await remembered(tab, ANSWERS))[key].right, false);

        const wanted = (await places(asked)).sort((a, b) => a - b);
        for (let place = 0; place < wanted.length; place += 1) {
            for (let from = (await places(asked)).indexOf(wanted[place], place); from > place; from -= 1) {
                await asked.locator(".hb-options > li").nth(from).getByRole("button", { name: /^Move up/ }).press("Alt+ArrowUp");
            }
        }
        assert.deepEqual(await places(asked), wanted);
        await check.press("Enter");
        assert.equal(await asked.locator("li.hb-is-right").count(), wanted.length);
        assert.equal((await remembered(tab, ANSWERS))[key].right, false, "the first answer counts");
    }));

test("order: put right at once by the buttons, it is right", () =>
    atQuestion("order", async (asked, key, tab) => {
        const count = (await places(asked)).length;
        for (let round = 0; round < count; round += 1) {
            for (let index = 0; index + 1 < count; index += 1) {
                const order = await places(asked);
                if (order[index] > order[index + 1]) {
                    await asked.locator(".hb-options > li").nth(index).getByRole("button", { name: /^Move down/ }).click();
                }
            }
        }
        await asked.getByRole("button", { name: "Check" }).click();
        assert.equal((await remembered(tab, ANSWERS))[key].right, true);
    }));

test("an answer that is looked up comes back, and says so", () =>
    atQuestion("which", async (asked, key, tab) => {
        await asked.getByRole("button", { name: "Show the answer" }).click();
        assert.equal(await asked.locator(".hb-reply").filter({ visible: false }).count(), 0);
        assert.equal((await remembered(tab, ANSWERS))[key].right, false);
        await tab.reload();
            await openAll(tab);
        assert.match(await asked.locator(".hb-note").innerText(), /^You looked this one up\. It comes back for review tomorrow\.$/);
    }));

/** The reader's clock stands so many hours after now. */
const wait = (tab, hours) =>
    tab.evaluate((clock) => sessionStorage.setItem("heapbook-clock", String(clock)), Date.now() + hours * HOUR);

/** What the review page says first. */
const lead = (tab) => tab.locator(".hb-review-lead").innerText();

test("a wrong answer comes back after a day, then after a week, then after a month", () =>
    atQuestion("which", async (asked, key, tab, goto) => {
        await options(asked, "wrong").first().click();
        const page = new URL(tab.url()).pathname;

        await goto("review.html");
        assert.match(await lead(tab), /^Nothing to review right now\. The next question comes back tomorrow\./);

        let hours = 0;
        for (const [later, next] of [[25, "7 days"], [7 * 24 + 1, "30 days"]]) {
            hours += later;
            await wait(tab, hours);
            await goto("review.html");
            assert.match(await lead(tab), /^Question 1 of 1, from /);
            const back = await tab.locator(".hb-review-lead a").evaluate((link) => link.pathname);
            assert.equal(back, page, "the link leads to the lesson");
            const shown = tab.locator(".hb-question").filter({ visible: true });
            assert.equal(await shown.getAttribute("data-key"), key);
            await options(shown, "right").click();
            await tab.getByRole("button", { name: "Done" }).click();
            assert.equal(await lead(tab), `That’s all for now. The next question comes back in ${next}.`);
        }

        await wait(tab, hours + 30 * 24 + 1);
        await goto("review.html");
        const shown = tab.locator(".hb-question").filter({ visible: true });
        await options(shown, "right").click();
        assert.equal((await remembered(tab, ANSWERS))[key].due, null, "and then no more");
    }));

test("keys that a control uses turn no page and open no search", () =>
    atQuestion("which", async (asked, _key, tab) => {
        const address = tab.url();
        const first = asked.getByRole("radio").first();
        await first.focus();
        await first.press("ArrowRight");
        assert.equal(await asked.getByRole("radio").nth(1).evaluate((option) => option === document.activeElement), true);
        for (const key of ["ArrowLeft", "s", "/", "?", "Home"]) {
            await tab.keyboard.press(key);
        }
        const python = tab.locator(".hb-choose input[type=radio]:checked").first();
        await python.focus();
        await python.press("ArrowRight");
        await tab.keyboard.press("ArrowRight");
        const slider = tab.getByRole("slider").first();
        if ((await slider.count()) > 0 && (await slider.isVisible())) {
            await slider.press("ArrowRight");
        }
        assert.equal(tab.url(), address);
        assert.equal(await tab.locator("#mdbook-search-wrapper").isVisible(), false);
        assert.equal(await tab.locator("#mdbook-help-container").isVisible(), false);

        // Outside of a control they are mdBook's still.
        await tab.evaluate(() => document.activeElement.blur());
        await Promise.all([tab.waitForURL((url) => url.href !== address), tab.keyboard.press("ArrowRight")]);
    }));
