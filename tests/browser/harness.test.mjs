// Tests of the harness: undetected page errors would make the other tests meaningless.

import assert from "node:assert/strict";

import { assertAccessible } from "./axe.mjs";
import { browserTest, waitUntil } from "./harness.mjs";

browserTest("page errors are reported", async ({ visitor, page }) => {
    await page.goto("/");
    await page.evaluate(() => {
        console.error("logged by the page");
        setTimeout(() => { throw new Error("thrown by the page"); });
        fetch("/v1/nothing-here");
        fetch("http://127.0.0.1:1/elsewhere").catch(() => {});
        document.body.append(Object.assign(document.createElement("style"), { textContent: "p { color: red }" }));
    });
    const expected = [/logged by the page/, /thrown by the page/, /^404 GET .*nothing-here/, /^policy violation: style-src/, /^policy violation: connect-src/];
    for (const pattern of expected) await waitUntil(pattern.source, () => visitor.errors.some((line) => pattern.test(line)));
    assert.throws(() => visitor.assertNoErrors());
    visitor.errors.length = 0;
});

browserTest("accessibility violations are reported", async ({ page }) => {
    await page.goto("/");
    await page.evaluate(() => document.body.append(document.createElement("button")));
    await assert.rejects(assertAccessible(page, "a button without a name"), /button-name/);
});
