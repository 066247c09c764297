// The table of all pages: height, share of prose, weight, and what is wrong with each.
//
//     npm run pages

import { Book } from "./book.mjs";
import { axe, shape, shift, smallText, stopsBeforeQuestion, watchShifts, weight } from "./measures.mjs";

const book = await Book.open();

/** What is wrong with a page at each width. */
async function defects(tab, goto, page) {
    const found = await axe(tab);
    const { sum } = await shift(tab);
    if (sum >= 0.02) {
        found.push(`moves by ${sum.toFixed(3)}`);
    }
    if (book.lessons.includes(page)) {
        const stops = await stopsBeforeQuestion(tab);
        found.push(...(stops.length > 12 ? [`${stops.length} stops before the question`] : []));
    }
    await tab.setViewportSize({ width: 360, height: 740 });
    await goto(page);
    const width = await tab.evaluate(() => document.documentElement.scrollWidth);
    found.push(...(width > 360 ? [`${width} px wide at 360`] : []), ...(await smallText(tab, 10.95)));
    return found;
}

const rows = [];
for (const page of book.pages) {
    await book.reader({}, async (tab, goto) => {
        await watchShifts(tab);
        await tab.addInitScript(() => localStorage.setItem("mdbook-sidebar", "hidden"));
        await goto(page);
        const { height, prose } = await shape(tab);
        const found = await defects(tab, goto, page);
        rows.push({
            page,
            "height (px)": height,
            "prose (%)": Math.round(prose * 100),
            "weight (kB)": Math.round(weight(book, page) / 1000),
            defects: found.join("; "),
        });
    });
}
await book.close();
console.table(rows);
