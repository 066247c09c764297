// What is measured of a page: its height, how much of it is prose, its weight, what axe finds.

import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Rules that depend on a theme; the others find the same in each. */
const OF_COLOURS = ["color-contrast", "link-in-text-block"];

/** What is no prose, though paragraphs stand in it. */
const WIDGETS =
    ".hb-whose, .hb-question, .hb-claim, .hb-compare, .hb-exercise, .hb-next, figure, details, table, pre, section[class^=hb-]";

/** The height of a page's content, and the share of it that is running text. */
export function shape(tab) {
    return tab.evaluate((widgets) => {
        const main = document.querySelector("main");
        const texts = [...main.querySelectorAll("p, ul, ol")].filter(
            (text) => !text.closest(widgets) && !text.parentElement.closest("ul, ol") && text.className === "",
        );
        const height = main.getBoundingClientRect().height;
        const prose = texts.reduce((sum, text) => sum + text.getBoundingClientRect().height, 0);
        return { height: Math.round(height), prose: prose / height };
    }, WIDGETS);
}

/** The bytes of files of a book, before compression. */
export const weight = (book, ...files) => files.reduce((sum, file) => sum + statSync(join(book.folder, file)).size, 0);

/** The scripts and styles of ours that a page loads, once for all pages. */
export function ours(book, page) {
    const found = book.html(page).matchAll(/(?:src|href)="[./]*(theme\/[^"]+)"/g);
    return [...new Set([...found].map(([, file]) => file))];
}

async function runAxe(tab, rules, seen) {
    if (!(await tab.evaluate(() => "axe" in window))) {
        await tab.evaluate(AXE);
    }
    const { violations, met } = await tab.evaluate(
        async ([only, known]) => {
            // Colours come from style sheets alone: what stands in the same elements of the same classes has the same.
            const place = (element) => {
                const row = element.matches("tr") ? [...element.parentElement.children].indexOf(element) % 2 : "";
                const here = `${element.localName}${row}.${element.getAttribute("class") ?? ""}`;
                return element.matches("main") ? here : `${place(element.parentElement)} ${here}`;
            };
            const hasText = (element) =>
                [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
            const texts = [...document.querySelectorAll("main *")].filter((one) => hasText(one) && one.checkVisibility());
            const others = new Map(texts.map((text) => [place(text), text]));
            (known ?? []).forEach((one) => others.delete(one));
            const context = known ? { include: [...others.values()] } : "main";
            const options = { resultTypes: ["violations"], ...(only && { runOnly: { type: "rule", values: only } }) };
            const found = known && others.size === 0 ? { violations: [] } : await window.axe.run(context, options);
            const said = found.violations.flatMap(({ id, nodes }) =>
                nodes.map(({ target, any, failureSummary }) => `${id}: ${target.join(" ")} ${any[0]?.message ?? failureSummary}`),
            );
            return { violations: said, met: [...others.keys()] };
        },
        [rules, seen && [...seen]],
    );
    met.forEach((one) => seen?.add(one));
    return violations;
}

/** What axe finds in the content of a page. */
export const axe = (tab) => runAxe(tab, null, null);

/** What axe finds where a narrow page makes boxes scroll. */
export const axeOfBoxes = (tab) => runAxe(tab, ["landmark-unique", "scrollable-region-focusable"], null);

/** What axe finds in the colours of a page's text, where it is of a kind that was not seen before. */
export const axeOfColours = (tab, seen) => runAxe(tab, OF_COLOURS, seen);

/** How many of the keyboard's stops lie before a lesson's first question, from the page's beginning, with the list of
 * chapters closed. */
export async function stopsBeforeQuestion(tab) {
    const stops = [];
    for (let count = 0; count < 60; count += 1) {
        await tab.keyboard.press("Tab");
        const stop = await tab.evaluate(() => {
            const element = document.activeElement;
            if (!element || element.closest(".hb-question")) {
                return null;
            }
            return element.getAttribute("aria-label") ?? element.textContent.trim().slice(0, 30) ?? element.tagName;
        });
        if (stop === null) {
            return stops;
        }
        stops.push(stop);
    }
    return stops;
}

/** Drawn text that is smaller than so many pixels. */
export function smallText(tab, least) {
    return tab.evaluate((bar) => {
        const texts = [...document.querySelectorAll("main svg text")].filter((text) => text.getClientRects().length > 0);
        const sizes = texts.map((text) => {
            const { a, b } = text.getScreenCTM();
            return [text.textContent, Number.parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b)];
        });
        return sizes.filter(([, size]) => size < bar).map(([words, size]) => `${words}: ${size.toFixed(1)} px`);
    }, least);
}

/** Has the page add up by how much it moves while it is loaded. */
export function watchShifts(tab) {
    return tab.addInitScript(() => {
        window.shifts = [];
        new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) {
                const moved = entry.sources.map(({ node }) => node?.className || node?.nodeName).join(", ");
                window.shifts.push({ value: entry.value, moved });
            }
        }).observe({ type: "layout-shift", buffered: true });
    });
}

export async function shift(tab) {
    await tab.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 50))));
    const shifts = await tab.evaluate(() => window.shifts);
    return { sum: shifts.reduce((sum, { value }) => sum + value, 0), moved: shifts.map(({ moved }) => moved).join("; ") };
}
