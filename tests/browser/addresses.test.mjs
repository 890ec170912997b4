// Whatever stands behind the `#`: it was typed, cut short or made up by somebody else.

import assert from "node:assert/strict";

import { inBrowser, loaded, until } from "./support.mjs";

const HOSTILE = [
    "%E0%A4%A", "favourites/100%", "%", "%2e%2e/%2e%2e", "//evil.example/", "__proto__", "constructor/prototype",
    "watchlist?type=%FF&limit=-1&sort=<script>", "activity?from=garbage&to=9999999-99-99", "<img src=x onerror=alert(1)>",
];

inBrowser("no address breaks the console, whether it is opened, gone to or read again", { signedIn: true }, async ({ visitor, page }) => {
    // What the API says about it is its own matter.
    visitor.expect(/^4\d\d GET .*\/v1\//);
    const heading = page.getByRole("heading", { level: 1 });
    for (const hash of HOSTILE) {
        await page.evaluate((to) => { location.hash = `#/${to}`; }, hash);
        await heading.waitFor();
        await loaded(page);
        await page.reload();
        await heading.waitFor();
        await loaded(page);
        assert.ok(await page.getByRole("link", { name: "Account" }).isVisible(), `the navigation is there at ${hash}`);
    }
    await page.getByRole("link", { name: "Account" }).click();
    await page.getByRole("heading", { level: 1, name: "Account" }).waitFor();
});

inBrowser("an address that leads nowhere says so", { signedIn: true }, async ({ page }) => {
    await page.evaluate(() => { location.hash = "#/nonsense/of/mine"; });
    await page.getByRole("heading", { level: 1, name: "No such page" }).waitFor();
    await until("the window is named", async () => (await page.title()).startsWith("No such page"));
    await page.getByRole("main").getByRole("link", { name: "Go to the watchlist" }).click();
    await page.getByRole("heading", { level: 1, name: "Watchlist" }).waitFor();
});

inBrowser("a page that breaks keeps its heading and the way to the others", { signedIn: true }, async ({ visitor, page }) => {
    visitor.expect(/^console: Error: broken on purpose/);
    const body = "export default function Health() { throw new Error('broken on purpose'); }";
    await page.route(/\/views\/health\.js$/, (route) => route.fulfill({ contentType: "text/javascript", body }));
    await page.getByRole("link", { name: "Health" }).click();
    await page.getByRole("alert").getByText("This page cannot be shown.").waitFor();
    await page.getByRole("heading", { level: 1, name: "Health" }).waitFor();
    await page.getByRole("link", { name: "Watchlist" }).first().click();
    await page.getByRole("heading", { level: 1, name: "Watchlist" }).waitFor();
});
