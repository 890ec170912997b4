// The watchlist: adding, editing and removing titles, filters, pages and errors.

import assert from "node:assert/strict";

import { apiClient } from "./accounts.mjs";
import { browserTest, waitUntil } from "./harness.mjs";

const titles = (page) => page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^Edit / }) });
const item = (page, title) => titles(page).filter({ hasText: title });

/** Waits until the list has the expected titles in this order. */
async function shows(page, expected) {
    let last;
    await waitUntil(`the list is ${expected.join(", ")}`, async () => {
        const shown = await titles(page).allInnerTexts();
        last = shown;
        return shown.length === expected.length && expected.every((title, at) => shown[at].includes(title));
    }).catch((error) => {
        error.message += `; it is ${last?.map((text) => text.split("\n")[1] ?? text).join(", ")}`;
        throw error;
    });
}

browserTest("a title is added, edited, removed, restored and removed again", { signedIn: true }, async ({ visitor, page }) => {
    const add = page.getByRole("form", { name: "Add a title" });
    const title = add.getByLabel("Title");
    await title.fill("Blade Runner");
    await title.press("Enter");
    await shows(page, ["Blade Runner"]);
    assert.equal(await title.inputValue(), "");
    await title.fill("The Wire");
    await add.getByRole("radio", { name: "Show" }).check();
    await add.getByRole("button", { name: "Add" }).click();
    await shows(page, ["The Wire", "Blade Runner"]);

    await page.getByRole("button", { name: "Edit Blade Runner" }).click();
    const editor = page.getByRole("form", { name: "Edit Blade Runner" });
    await editor.getByLabel("Title").fill("Blade Runner 2049");
    await editor.getByRole("button", { name: "Save" }).click();
    await shows(page, ["The Wire", "Blade Runner 2049"]);

    await page.getByRole("button", { name: "Remove The Wire" }).click();
    await shows(page, ["Blade Runner 2049"]);
    await page.getByRole("region", { name: "Notifications" }).getByRole("button", { name: "Undo" }).click();
    await shows(page, ["The Wire", "Blade Runner 2049"]);

    const removed = page.waitForResponse((response) => response.request().method() === "DELETE");
    await page.getByRole("button", { name: "Remove The Wire" }).click();
    await page.getByRole("link", { name: "Health" }).click();
    assert.equal((await removed).status(), 204, "navigation sends the pending removal");
    const api = await apiClient(visitor.account);
    const { watchlist } = await api("GET", "/v1/watchlists");
    assert.deepEqual(watchlist.map((one) => one.title), ["Blade Runner 2049"]);
});

browserTest("an invalid title is reported at its field", { signedIn: true }, async ({ page }) => {
    const add = page.getByRole("form", { name: "Add a title" });
    await add.getByRole("button", { name: "Add" }).click();
    const title = add.getByLabel("Title");
    await waitUntil("the title is invalid", async () => (await title.getAttribute("aria-invalid")) === "true");
    const described = await title.getAttribute("aria-describedby");
    assert.ok(await page.locator(`#${described.split(" ")[0]}`).isVisible());
});

browserTest("the list is filtered, sorted and paged, and a reload keeps the filter and the order", { signedIn: true }, async ({ visitor, page }) => {
    const api = await apiClient(visitor.account);
    for (let n = 1; n <= 12; n++) {
        await api("POST", "/v1/watchlists/items", { title: `Number ${String(n).padStart(2, "0")}`, type: n % 4 === 0 ? "show" : "movie" });
    }
    const named = (...numbers) => numbers.map((n) => `Number ${String(n).padStart(2, "0")}`);
    await page.reload();
    await shows(page, named(12, 11, 10, 9, 8, 7, 6, 5, 4, 3));
    const pager = page.getByRole("navigation", { name: "Watchlist pages" });
    await pager.getByRole("button", { name: "Next" }).click();
    await shows(page, named(2, 1));
    assert.ok(await pager.getByRole("button", { name: "Next" }).isDisabled());
    await pager.getByRole("button", { name: "Previous" }).click();
    await shows(page, named(12, 11, 10, 9, 8, 7, 6, 5, 4, 3));
    await page.getByRole("radio", { name: "Shows" }).check();
    await shows(page, named(12, 8, 4));
    await page.getByRole("combobox", { name: "Order" }).selectOption({ label: "Oldest first" });
    await shows(page, named(4, 8, 12));
    await page.reload();
    await shows(page, named(4, 8, 12));
    await page.getByRole("radio", { name: "All" }).check();
    await page.getByRole("combobox", { name: "Rows" }).selectOption("25");
    await shows(page, named(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
});

browserTest("text typed while a title is loading is kept", { signedIn: true }, async ({ visitor, page }) => {
    const api = await apiClient(visitor.account);
    await api("POST", "/v1/watchlists/items", { title: "Playtime", type: "movie" });
    await page.reload();
    let respond;
    const typed = new Promise((resolve) => { respond = resolve; });
    await page.route(/\/items\//, async (route) => {
        await typed;
        await route.continue();
    }, { times: 1 });
    const read = page.waitForResponse(/\/items\//);
    await page.getByRole("button", { name: "Edit Playtime" }).click();
    const title = page.getByRole("form", { name: "Edit Playtime" }).getByLabel("Title");
    await title.fill("Mon Oncle");
    respond();
    await (await read).finished();
    await page.getByRole("form", { name: "Edit Playtime" }).getByRole("button", { name: "Save" }).click();
    await shows(page, ["Mon Oncle"]);
});

browserTest("a concurrent change of a title is not overwritten", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^412 PATCH /);
    const api = await apiClient(visitor.account);
    const { item: made } = await api("POST", "/v1/watchlists/items", { title: "Solaris", type: "movie" });
    await page.reload();
    const read = page.waitForResponse(/\/items\//);
    await page.getByRole("button", { name: "Edit Solaris" }).click();
    await read;
    await api("PATCH", `/v1/watchlists/items/${made.id}`, { title: "Solaris (1972)" });
    const editor = page.getByRole("form", { name: "Edit Solaris" });
    await editor.getByLabel("Title").fill("Solaris (2002)");
    await editor.getByRole("button", { name: "Save" }).click();
    await page.getByText("Someone else changed this title").waitFor();
    await page.getByRole("button", { name: "Load latest version" }).click();
    await waitUntil("the latest version is shown", async () => (await page.getByRole("form", { name: /^Edit Solaris/ }).getByLabel("Title").inputValue()) === "Solaris (1972)");
});

browserTest("an exceeded rate limit counts down to the next attempt", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^429 POST /);
    const problem = { type: "about:blank", title: "Too many requests", status: 429, code: "RATE_LIMITED", message: "Too many requests.", request_id: "limited-1" };
    const headers = { "retry-after": "30", "x-request-id": "limited-1" };
    await page.clock.install();
    await page.route(/\/v1\/watchlists\/items$/, (route) => route.fulfill({ status: 429, headers, contentType: "application/problem+json", body: JSON.stringify(problem) }), { times: 1 });
    const add = page.getByRole("form", { name: "Add a title" });
    await add.getByLabel("Title").fill("Patience");
    await add.getByRole("button", { name: "Add" }).click();
    const alert = page.getByRole("alert");
    await alert.getByText("limited-1").waitFor();
    await alert.getByText(/in (30|29) s/).waitFor();
    await page.clock.fastForward(20_000);
    await alert.getByText(/in (10|9) s/).waitFor();
    await page.clock.fastForward(11_000);
    await alert.getByText("You can try again now").waitFor();
    await add.getByRole("button", { name: "Add" }).click();
    await item(page, "Patience").waitFor();
});

browserTest("a list that does not load shows the error and a retry button", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^503 GET /);
    const problem = { type: "about:blank", title: "Unavailable", status: 503, code: "UNAVAILABLE", message: "Try again later.", request_id: "unavailable-1" };
    await page.route(/\/v1\/watchlists\?/, (route) => route.fulfill({ status: 503, contentType: "application/problem+json", body: JSON.stringify(problem) }), { times: 1 });
    await page.reload();
    await page.getByRole("alert").getByText("unavailable-1").waitFor();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText("Your watchlist is empty").waitFor();
});
