// How the console is delivered: few requests, few bytes, kept for good, and nothing that its policy does not allow.

import assert from "node:assert/strict";
import { test } from "node:test";

import { API } from "./stack.mjs";
import { inBrowser } from "./support.mjs";

const AT_MOST_BYTES = 60_000;

inBrowser("the first paint waits for at most four requests", async ({ page }) => {
    const loaded = [];
    page.on("requestfinished", (request) => loaded.push(new URL(request.url()).pathname));
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await page.waitForLoadState("networkidle");
    const painted = await page.evaluate(() => new Promise((done) => {
        const seen = new PerformanceObserver((entries) => entries.getEntriesByName("first-contentful-paint").forEach((paint) => done(paint.startTime)));
        seen.observe({ type: "paint", buffered: true });
    }));
    const before = await page.evaluate((at) => performance.getEntriesByType("resource").filter((one) => one.responseEnd <= at && !one.name.startsWith("data:")).map((one) => one.name), painted);
    assert.ok(before.length + 1 <= 4, `the page and ${before.join(", ")}`);
    assert.ok(!loaded.some((path) => path.startsWith("/v1/")), `a first visitor asks nothing of the API: ${loaded.join(", ")}`);
});

inBrowser("all that the console loads is kept for good under an address of its version", async ({ page }) => {
    const answers = [];
    page.on("response", (response) => answers.push(response));
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    const assets = answers.filter((answer) => answer.url().includes("/assets/"));
    assert.ok(assets.length >= 3);
    for (const asset of assets) {
        const headers = asset.headers();
        assert.equal(headers["cache-control"], "public, max-age=31536000, immutable", asset.url());
        assert.equal(headers["content-encoding"], "gzip", asset.url());
        const again = await fetch(asset.url(), { headers: { "if-none-match": headers.etag, "accept-encoding": "gzip" } });
        assert.equal(again.status, 304, asset.url());
    }
});

test("all of the console is less than 60 KB as gzip", async () => {
    const sizes = new Map();
    const follow = async (address) => {
        if (sizes.has(address)) return;
        sizes.set(address, 0);
        const answer = await fetch(address, { headers: { "accept-encoding": "gzip" } });
        assert.equal(answer.status, 200, address);
        sizes.set(address, Number(answer.headers.get("content-length")));
        const text = await answer.text();
        const found = address.endsWith(".js") ? text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g) : text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g);
        for (const [, next] of found) await follow(new URL(next, address).href);
    };
    await follow(`${API}/`);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    const list = [...sizes].sort(([, a], [, b]) => b - a).map(([address, size]) => `${size} ${address}`).join("\n");
    assert.ok(sizes.size > 20 && total > 20_000, `there is a console: ${list}`);
    assert.ok(total <= AT_MOST_BYTES, `${total} bytes:\n${list}`);
    console.log(`${sizes.size} files, ${total} bytes`);
});

test("the pages' policy allows their own files and pictures, and nothing else", async () => {
    for (const path of ["/", "/docs"]) {
        const answer = await fetch(`${API}${path}`);
        assert.equal(answer.status, 200);
        const policy = Object.fromEntries(answer.headers.get("content-security-policy").split(";").map((line) => {
            const [name, ...sources] = line.trim().split(/\s+/);
            return [name, sources];
        }));
        assert.deepEqual(policy["default-src"], ["'none'"]);
        for (const name of ["script-src", "style-src", "connect-src"]) assert.deepEqual(policy[name], ["'self'"], `${path} ${name}`);
        for (const name of ["base-uri", "form-action", "frame-ancestors"]) assert.deepEqual(policy[name], ["'none'"], `${path} ${name}`);
        // Pictures are the one thing that may come from elsewhere: whose they are is the catalogue's to say.
        for (const source of policy["img-src"]) assert.ok(["'self'", "data:", "https:"].includes(source) || /^https?:\/\/[\w.-]+(:\d+)?$/.test(source), source);
        assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
        const page = await answer.text();
        assert.doesNotMatch(page, /<style|style=|<script(?![^>]*src=)|\son\w+=/i, "nothing inline");
    }
});

inBrowser("the documentation shows every operation", async ({ page }) => {
    await page.goto("/docs");
    const document = await (await fetch(`${API}/openapi.json`)).json();
    const methods = ["get", "put", "post", "delete", "patch"];
    const operations = Object.values(document.paths).flatMap((path) => Object.keys(path).filter((key) => methods.includes(key)));
    assert.ok(operations.length >= 40, `only ${operations.length} operations`);
    await page.locator(".opblock").nth(operations.length - 1).waitFor();
    assert.equal(await page.locator(".opblock").count(), operations.length);
    await page.locator(".opblock", { hasText: "/v1/watchlists/items" }).first().locator("button").first().click();
    await page.locator(".opblock.is-open .responses-wrapper").waitFor();
});
