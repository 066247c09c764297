import { Book } from "./book.mjs";
const book = await Book.open();
const pages = process.argv.slice(2);
await book.reader({}, async (tab, goto) => { for (const p of (pages.length?pages:book.lessons)) {
  await goto(p);
  const r = await tab.evaluate(() => { const main=document.querySelector("main"); const out=[]; const kids=[...main.children].flatMap(k=>k.matches(".hb-choice,.hb-whose")&&!k.hidden? [k]: [k]); for (const k of kids) { if (!k.getClientRects().length) continue; const b=k.getBoundingClientRect(); const n = k.nextElementSibling; out.push([k.tagName+"."+(k.className||"")+(k.firstElementChild&&k.tagName==="DIV"?">"+k.firstElementChild.className:""), Math.round(b.top+scrollY), Math.round(b.height)]); } return out; });
  console.log(p); if (pages.length) for (let i=0;i<r.length;i++) console.log("  ", r[i].join(" "), "gap", (r[i+1]?.[1]??r[i][1]+r[i][2])-r[i][1]-r[i][2]);
  const sum={}; for (let i=0;i<r.length;i++) { const k=r[i][0].replace(/\s.*/,""); sum[k]??=[0,0]; sum[k][0]+=r[i][2]; sum[k][1]+=Math.max(0,(r[i+1]?.[1]??r[i][1]+r[i][2])-r[i][1]-r[i][2]); } console.log(JSON.stringify(sum));
  if (pages.length) await tab.screenshot({path:`/tmp/shot.png`, fullPage:true});
}});
await book.close();
