// The delivery of the console: requests, bytes, caching and the content security policy.

import assert from "node:assert/strict";
import { test } from "node:test";

import { browserTest } from "./harness.mjs";
import { API } from "./stack.mjs";

const MAX_BYTES = 60_000;
/** The page, the stylesheet, Preact and the modules app, state and elements. */
const MAX_FIRST_PAINT_REQUESTS = 6;
const MAX_FIRST_PAINT_BYTES = 22_000;
const MAX_FIRST_VISIT_REQUESTS = 10;

browserTest("the first paint waits for at most six requests, and the page itself names each of them", async ({ page }) => {
    const loaded = [];
    page.on("requestfinished", (request) => loaded.push(new URL(request.url()).pathname));
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await page.waitForLoadState("networkidle");
    const painted = await page.evaluate(() => new Promise((done) => {
        const observer = new PerformanceObserver((entries) => entries.getEntriesByName("first-contentful-paint").forEach((paint) => done(paint.startTime)));
        observer.observe({ type: "paint", buffered: true });
    }));
    const resources = await page.evaluate((at) => performance.getEntriesByType("resource")
        .filter((one) => one.responseEnd <= at && !one.name.startsWith("data:"))
        .map((one) => ({ path: new URL(one.name).pathname, bytes: one.encodedBodySize })), painted);
    const paths = resources.map(({ path }) => path).join(", ");
    assert.ok(resources.length + 1 <= MAX_FIRST_PAINT_REQUESTS, `the page and ${paths}`);
    // Then the browser requests them at the same time, as soon as it has the page.
    const html = await (await fetch(`${API}/`)).text();
    for (const { path } of resources) assert.ok(html.includes(`"${path}"`), `the page does not name ${path}`);
    const bytes = resources.reduce((sum, resource) => sum + resource.bytes, 0);
    assert.ok(bytes > 10_000 && bytes <= MAX_FIRST_PAINT_BYTES, `${bytes} bytes before the first paint: ${paths}`);
    assert.ok(loaded.length <= MAX_FIRST_VISIT_REQUESTS, loaded.join(", "));
    assert.ok(!loaded.some((path) => path.startsWith("/v1/")), `a first visit calls the API: ${loaded.join(", ")}`);
});

browserTest("all assets are cached forever under a versioned address", async ({ page }) => {
    const responses = [];
    page.on("response", (response) => responses.push(response));
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    const assets = responses.filter((response) => response.url().includes("/assets/"));
    assert.ok(assets.length >= 3);
    for (const asset of assets) {
        const headers = asset.headers();
        assert.equal(headers["cache-control"], "public, max-age=31536000, immutable", asset.url());
        assert.equal(headers["content-encoding"], "gzip", asset.url());
        const revalidated = await fetch(asset.url(), { headers: { "if-none-match": headers.etag, "accept-encoding": "gzip" } });
        assert.equal(revalidated.status, 304, asset.url());
    }
});

test("the whole console is less than 60 KB as gzip", async () => {
    const sizes = new Map();
    const crawl = async (address) => {
        if (sizes.has(address)) return;
        sizes.set(address, 0);
        const response = await fetch(address, { headers: { "accept-encoding": "gzip" } });
        assert.equal(response.status, 200, address);
        sizes.set(address, Number(response.headers.get("content-length")));
        const text = await response.text();
        const links = address.endsWith(".js") ? text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+)"/g) : text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g);
        for (const [, next] of links) await crawl(new URL(next, address).href);
    };
    await crawl(`${API}/`);
    const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    const list = [...sizes].sort(([, a], [, b]) => b - a).map(([address, size]) => `${size} ${address}`).join("\n");
    assert.ok(sizes.size > 20 && total > 20_000, `the console has too few files: ${list}`);
    assert.ok(total <= MAX_BYTES, `${total} bytes:\n${list}`);
    console.log(`${sizes.size} files, ${total} bytes`);
});

test("the content security policy allows own files and images only", async () => {
    for (const path of ["/", "/docs"]) {
        const response = await fetch(`${API}${path}`);
        assert.equal(response.status, 200);
        const policy = Object.fromEntries(response.headers.get("content-security-policy").split(";").map((line) => {
            const [name, ...sources] = line.trim().split(/\s+/);
            return [name, sources];
        }));
        assert.deepEqual(policy["default-src"], ["'none'"]);
        for (const name of ["script-src", "style-src", "connect-src"]) assert.deepEqual(policy[name], ["'self'"], `${path} ${name}`);
        for (const name of ["base-uri", "form-action", "frame-ancestors"]) assert.deepEqual(policy[name], ["'none'"], `${path} ${name}`);
        // Images may have any source, since the catalogue names them.
        for (const source of policy["img-src"]) assert.ok(["'self'", "data:", "https:"].includes(source) || /^https?:\/\/[\w.-]+(:\d+)?$/.test(source), source);
        assert.equal(response.headers.get("x-content-type-options"), "nosniff");
        const page = await response.text();
        assert.doesNotMatch(page, /<style|style=|<script(?![^>]*src=)|\son\w+=/i, "the page has inline code or styles");
    }
});

browserTest("the documentation shows every operation", async ({ page }) => {
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
