// Routes after the `#`, including mistyped, truncated and hostile ones.

import assert from "node:assert/strict";

import { browserTest, loaded, waitUntil } from "./harness.mjs";

const HOSTILE = [
    "%E0%A4%A", "favourites/100%", "%", "%2e%2e/%2e%2e", "//evil.example/", "__proto__", "constructor/prototype",
    "watchlist?type=%FF&limit=-1&sort=<script>", "activity?from=garbage&to=9999999-99-99", "<img src=x onerror=alert(1)>",
];

browserTest("no route breaks the console, on navigation or after a reload", { signedIn: true }, async ({ visitor, page }) => {
    // The API may reject the parameters.
    visitor.allow(/^4\d\d GET .*\/v1\//);
    const heading = page.getByRole("heading", { level: 1 });
    for (const hash of HOSTILE) {
        await page.evaluate((to) => { location.hash = `#/${to}`; }, hash);
        await heading.waitFor();
        await loaded(page);
        await page.reload();
        await heading.waitFor();
        await loaded(page);
        assert.ok(await page.getByRole("link", { name: "Account" }).isVisible(), `the navigation is visible at ${hash}`);
    }
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
});

browserTest("an unknown route shows a page that says so", { signedIn: true }, async ({ page }) => {
    await page.evaluate(() => { location.hash = "#/nonsense/of/mine"; });
    await page.getByRole("heading", { level: 1, name: "Page not found" }).waitFor();
    await waitUntil("the title is updated", async () => (await page.title()).startsWith("Page not found"));
    await page.getByRole("main").getByRole("link", { name: "Go to your watchlist" }).click();
    await page.getByRole("heading", { level: 1, name: "Watchlist" }).waitFor();
});

browserTest("a page that throws keeps its heading and the navigation", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^console: Error: broken on purpose/);
    const body = "export default function Health() { throw new Error('broken on purpose'); }";
    await page.route(/\/views\/health\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body }));
    await page.getByRole("link", { name: "Health" }).click();
    await page.getByRole("alert").getByText("This page could not be displayed.").waitFor();
    await page.getByRole("heading", { level: 1, name: "Health" }).waitFor();
    await page.getByRole("link", { name: "Watchlist" }).first().click();
    await page.getByRole("heading", { level: 1, name: "Watchlist" }).waitFor();
});
