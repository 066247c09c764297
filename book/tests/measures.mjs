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

/** The bytes of a page, and of all that our part adds to it, before compression. */
export function weight(book, page) {
    const ours = [...book.html(page).matchAll(/(?:src|href)="[./]*(theme\/[^"]+)"/g)].map(([, file]) => file);
    const files = [page, ...new Set(ours)];
    return files.reduce((sum, file) => sum + statSync(join(book.folder, file)).size, 0);
}

/** What axe finds in the content of a page: all rules, or those that depend on the theme. */
export async function axe(tab, rules = "all") {
    if (!(await tab.evaluate(() => "axe" in window))) {
        await tab.evaluate(AXE);
    }
    const found = await tab.evaluate(
        (only) =>
            window.axe.run("main", { resultTypes: ["violations"], ...(only && { runOnly: { type: "rule", values: only } }) }),
        rules === "all" ? null : OF_COLOURS,
    );
    return found.violations.flatMap(({ id, nodes }) =>
        nodes.map((node) => `${id}: ${node.target.join(" ")} ${node.any[0]?.message ?? node.failureSummary}`),
    );
}

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
