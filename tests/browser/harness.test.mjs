// The harness itself: whatever can go wrong in a page is noticed, or the other tests would pass for nothing.

import assert from "node:assert/strict";

import { accessible } from "./axe.mjs";
import { inBrowser, until } from "./support.mjs";

inBrowser("what goes wrong in a page is noticed", async ({ visitor, page }) => {
    await page.goto("/");
    await page.evaluate(() => {
        console.error("said by the page");
        setTimeout(() => { throw new Error("thrown by the page"); });
        fetch("/v1/nothing-here");
        fetch("http://127.0.0.1:1/elsewhere").catch(() => {});
        document.body.append(Object.assign(document.createElement("style"), { textContent: "p { color: red }" }));
    });
    const expected = [/said by the page/, /thrown by the page/, /^404 GET .*nothing-here/, /^the policy refused style-src/, /^the policy refused connect-src/];
    for (const pattern of expected) await until(pattern.source, () => visitor.wrong.some((line) => pattern.test(line)));
    assert.throws(() => visitor.nothingWentWrong());
    visitor.wrong.length = 0;
});

inBrowser("what is not accessible is told", async ({ page }) => {
    await page.goto("/");
    await page.evaluate(() => document.body.append(document.createElement("button")));
    await assert.rejects(accessible(page, "a button without a name"), /button-name/);
});
