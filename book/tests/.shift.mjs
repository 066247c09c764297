import { Book } from "./book.mjs";
const book = await Book.open();
const width = Number(process.argv[2] ?? 1200);
try { await book.reader({viewport:{width,height:900}}, async (tab, goto) => {
  await tab.addInitScript(() => { window.shifts=[]; new PerformanceObserver((l)=>{ for (const e of l.getEntries()) window.shifts.push({t:e.startTime|0, v:e.value, s:e.sources.map(s=>[s.node?.nodeName, s.node?.className, s.node?.textContent?.slice(0,30), s.previousRect.y|0, s.previousRect.height|0, s.currentRect.y|0, s.currentRect.height|0, s.previousRect.x|0, s.currentRect.x|0].join(" "))}) }).observe({type:"layout-shift", buffered:true}); });
  await goto("glossary.html");
  await tab.evaluate(() => localStorage.setItem("heapbook-python", "3.11"));
  for (const p of book.pages) { await goto(p); await tab.waitForTimeout(300); const s = await tab.evaluate(()=>window.shifts); if (s.length) console.log(p, s.reduce((a,b)=>a+b.v,0).toFixed(4), JSON.stringify(s,null,0).slice(0,900)); }
}); } catch (e) { console.log(e.message); }
await book.close();
