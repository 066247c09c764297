import { Book } from "/work/w/p2/book/tests/book.mjs";
const book = await Book.open();
try { await book.reader({}, async (tab, goto) => {
  await goto("index.html");
  await tab.keyboard.press("s");
  await tab.waitForTimeout(1500);
  await tab.locator("#mdbook-searchbar").pressSequentially("tracemalloc");
  await tab.waitForTimeout(2500);
  console.log(await tab.locator("#mdbook-searchresults-header").innerText(), await tab.locator("#mdbook-searchresults a").count());
  console.log((await tab.locator("#mdbook-searchresults").innerText()).slice(0,300));
}); } catch (e) { console.log(e.message); }
await book.close();
