import { Book } from "/work/w/p2/book/tests/book.mjs";
import { axe } from "/work/w/p2/book/tests/measures.mjs";
const book = await Book.open();
const only = process.argv.slice(2);
const counts = new Map();
try { await book.reader({ reducedMotion: "reduce" }, async (tab, goto) => {
  for (const page of book.pages.filter((p) => !only.length || only.includes(p))) {
    await goto(page);
    for (const theme of ["light", "rust", "coal", "navy", "ayu"]) {
      await tab.evaluate((t) => document.getElementById(`mdbook-theme-${t}`).click(), theme);
      const began = Date.now();
      for (const v of await axe(tab, theme === "light" ? "all" : "colours")) {
        const key = theme + " | " + v.replace(/:nth-child\(\d+\)/g, "").replace(/hb-src-[\w-]+/g, "ID");
        counts.set(key, [...(counts.get(key) ?? []), page]);
      }
      console.log(page, theme, Date.now() - began);
    }
  }
}); } catch (e) { console.log(e.message); }
for (const [k, p] of counts) console.log(p.length, k, [...new Set(p)].slice(0, 3).join(","));
await book.close();
