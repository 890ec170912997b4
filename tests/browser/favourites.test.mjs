// Customers and their favourites, with price changes and an outage of the catalogue. These tests
// control the shared catalogue: `make browser` runs this file after all others, one test at a time.

import assert from "node:assert/strict";
import { after } from "node:test";

import { apiClient, controlCatalog } from "./accounts.mjs";
import { browserTest, waitUntil } from "./harness.mjs";

after(() => controlCatalog("DELETE", "/control"));

/** Creates a customer of the visitor with favourites through the API. */
async function createCustomer(visitor, ...products) {
    const api = await apiClient(visitor.account);
    const customer = await api("POST", "/v1/customers", { name: "Grace Hopper", email: `grace-${visitor.account.id}@example.com` });
    if (products.length > 0) await api("POST", `/v1/customers/${customer.id}/favorites`, { product_ids: products });
    return { ...customer, api, favorites: `/v1/customers/${customer.id}/favorites` };
}

browserTest("a customer is added, gets favourites from the catalogue, and loses one", { signedIn: true }, async ({ visitor, page }) => {
    await page.getByRole("link", { name: "Favourites" }).click();
    await page.getByRole("button", { name: "Add a customer" }).click();
    const dialog = page.getByRole("dialog", { name: "New customer" });
    await dialog.getByLabel("Name").fill("Grace Hopper");
    await dialog.getByLabel("E-mail").fill(`grace-${visitor.account.id}@example.com`);
    await dialog.getByRole("button", { name: "Add customer" }).click();
    await page.getByRole("heading", { level: 1, name: "Grace Hopper" }).waitFor();

    await page.getByRole("link", { name: "Choose products" }).click();
    await page.getByRole("heading", { level: 1, name: "Products" }).waitFor();
    const products = page.getByRole("group", { name: "Products on page 1" }).getByRole("checkbox");
    await products.nth(10).check();
    await products.nth(11).check();
    await page.getByRole("region", { name: "Selected products" }).getByRole("button", { name: "Add" }).click();
    await page.getByRole("dialog", { name: "2 favourites added" }).getByRole("link", { name: "View favourites" }).click();

    const favourites = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^Price history/ }) });
    await waitUntil("both are favourites", async () => (await favourites.count()) === 2);
    await favourites.first().getByText("unchanged").waitFor();
    const removed = page.waitForResponse((response) => response.request().method() === "DELETE");
    await favourites.first().getByRole("button", { name: /^Remove/ }).click();
    await page.getByRole("link", { name: "Health" }).click();
    assert.equal((await removed).status(), 204);
});

browserTest("a changed price is shown beside the price when the product was added", { signedIn: true }, async ({ visitor, page }) => {
    const { id, api, favorites } = await createCustomer(visitor, "21");
    const { favorites: [before] } = await api("GET", favorites);
    await controlCatalog("PUT", "/control/products/21", { price: 4321.5 });
    await page.goto(`/#/favourites/${id}`);
    await page.getByRole("button", { name: "Refresh prices" }).click();
    await page.getByText("Refresh requested for 1 product").waitFor();
    const favourite = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^Price history/ }) });
    await favourite.getByText("4321.50").waitFor();
    await favourite.getByText(`Added at ${before.price}`).waitFor();
    await favourite.getByText(/^\+\d/).waitFor();
    await favourite.getByRole("button", { name: /^Price history/ }).click();
    const history = page.getByRole("dialog", { name: before.title });
    await history.getByRole("cell", { name: before.price, exact: true }).waitFor();
    await history.getByRole("cell", { name: "4321.50" }).waitFor();
    await page.keyboard.press("Escape");
    await history.waitFor({ state: "hidden" });
});

browserTest("while the catalogue is down, favourites are shown and adding reports the outage", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^503 (GET|POST) /);
    const { id } = await createCustomer(visitor, "31");
    await page.goto(`/#/favourites/catalogue?for=${id}`);
    const products = page.getByRole("group", { name: "Products on page 1" }).getByRole("checkbox");
    await products.nth(40).check();
    await controlCatalog("PATCH", "/control", { fail: "down" });
    try {
        await page.getByRole("region", { name: "Selected products" }).getByRole("button", { name: "Add" }).click();
        const dialog = page.getByRole("dialog", { name: "Nothing added" });
        await dialog.getByText("catalogue unavailable", { exact: true }).waitFor();
        await dialog.getByRole("link", { name: "View favourites" }).click();
        await page.getByRole("button", { name: /^Price history/ }).waitFor();
        // A page number that is not in the cache.
        await page.goto(`/#/favourites/catalogue?page=${100 + (Date.now() % 9000)}`);
        await page.getByRole("alert").getByText(/^Request ID /).waitFor();
    } finally {
        await controlCatalog("PATCH", "/control", { fail: "off" });
    }
    await waitUntil("the catalogue is back", async () => {
        await page.getByRole("button", { name: "Try again" }).click({ timeout: 500 }).catch(() => {});
        return page.getByText("No products on this page").isVisible();
    });
});

browserTest("an e-mail of another customer is rejected in the dialog", { signedIn: true }, async ({ visitor, page }) => {
    visitor.allow(/^409 POST /);
    const { email } = await createCustomer(visitor);
    await page.goto("/#/favourites");
    await page.getByRole("button", { name: "New customer" }).click();
    const dialog = page.getByRole("dialog", { name: "New customer" });
    await dialog.getByLabel("Name").fill("Another User");
    await dialog.getByLabel("E-mail").fill(email);
    await dialog.getByRole("button", { name: "Add customer" }).click();
    await dialog.getByRole("alert").waitFor();
});

browserTest("a customer is renamed and deleted", { signedIn: true }, async ({ visitor, page }) => {
    const { id } = await createCustomer(visitor);
    await page.goto(`/#/favourites/${id}`);
    await page.getByRole("button", { name: "Edit" }).click();
    const dialog = page.getByRole("dialog", { name: "Edit Grace Hopper" });
    await dialog.getByLabel("Name").fill("Rear Admiral Hopper");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { level: 1, name: "Rear Admiral Hopper" }).waitFor();
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
    await page.getByText("No customers yet").waitFor();
});
