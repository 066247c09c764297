import { Book } from "./book.mjs"; import {writeFileSync} from "node:fs";
const book = await Book.open();
await book.reader({}, async (tab, goto) => { await goto("cheat-sheet.html"); const pdf = await tab.pdf({format:"A4"}); writeFileSync("/tmp/c.pdf", pdf); console.log(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length);
 const l = await tab.pdf({format:"Letter"}); console.log(l.toString("latin1").match(/\/Type\s*\/Page\b/g)?.length);
 await tab.emulateMedia({media:"print"}); await tab.setViewportSize({width:794,height:1123}); await tab.screenshot({path:"/tmp/c.png",fullPage:true}); });
await book.close();
