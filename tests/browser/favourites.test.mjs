// Customers and the products they like, through a change of price and an outage of the catalogue. These tests turn the catalogue's
// switches, which everybody shares: `make browser` runs this file after all others, and its tests run one after the other.

import assert from "node:assert/strict";
import { after } from "node:test";

import { catalog, signedIn } from "./accounts.mjs";
import { inBrowser, until } from "./support.mjs";

after(() => catalog("DELETE", "/control"));

/** A customer of the visitor's with favourites, made through the API. */
async function customerWith(visitor, ...products) {
    const api = await signedIn(visitor.account);
    const customer = await api("POST", "/v1/customers", { name: "Grace Hopper", email: `grace-${visitor.account.id}@example.com` });
    if (products.length > 0) await api("POST", `/v1/customers/${customer.id}/favorites`, { product_ids: products });
    return { ...customer, api, favorites: `/v1/customers/${customer.id}/favorites` };
}

inBrowser("a customer is added, gets favourites from the catalogue, and loses one", { signedIn: true }, async ({ visitor, page }) => {
    await page.getByRole("link", { name: "Favourites" }).click();
    await page.getByRole("button", { name: "Add the first one" }).click();
    const dialog = page.getByRole("dialog", { name: "New customer" });
    await dialog.getByLabel("Name").fill("Grace Hopper");
    await dialog.getByLabel("E-mail").fill(`grace-${visitor.account.id}@example.com`);
    await dialog.getByRole("button", { name: "Add customer" }).click();
    await page.getByRole("heading", { level: 1, name: "Grace Hopper" }).waitFor();

    await page.getByRole("link", { name: "Choose products" }).click();
    await page.getByRole("heading", { level: 1, name: "Products" }).waitFor();
    const products = page.getByRole("group", { name: "Products of page 1" }).getByRole("checkbox");
    await products.nth(10).check();
    await products.nth(11).check();
    await page.getByRole("region", { name: "Chosen products" }).getByRole("button", { name: "Add" }).click();
    await page.getByRole("dialog", { name: "2 favourites added" }).getByRole("link", { name: "See the favourites" }).click();

    const favourites = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^Price history/ }) });
    await until("both are favourites", async () => (await favourites.count()) === 2);
    await favourites.first().getByText("unchanged").waitFor();
    const removed = page.waitForResponse((response) => response.request().method() === "DELETE");
    await favourites.first().getByRole("button", { name: /^Remove/ }).click();
    await page.getByRole("link", { name: "Health" }).click();
    assert.equal((await removed).status(), 204);
});

inBrowser("a price that changes stands beside the one of the day it was chosen", { signedIn: true }, async ({ visitor, page }) => {
    const { id, api, favorites } = await customerWith(visitor, "21");
    const { favorites: [before] } = await api("GET", favorites);
    await catalog("PUT", "/control/products/21", { price: 4321.5 });
    await page.goto(`/#/favourites/${id}`);
    await page.getByRole("button", { name: "Refresh prices" }).click();
    await page.getByText("1 product is being looked up").waitFor();
    const favourite = page.getByRole("listitem").filter({ has: page.getByRole("button", { name: /^Price history/ }) });
    await favourite.getByText("4321.50").waitFor();
    await favourite.getByText(`Chosen ${before.price}`).waitFor();
    await favourite.getByText(/^\+\d/).waitFor();
    await favourite.getByRole("button", { name: /^Price history/ }).click();
    const history = page.getByRole("dialog", { name: before.title });
    await history.getByRole("cell", { name: before.price, exact: true }).waitFor();
    await history.getByRole("cell", { name: "4321.50" }).waitFor();
    await page.keyboard.press("Escape");
    await history.waitFor({ state: "hidden" });
});

inBrowser("while the catalogue is down, favourites are shown and adding says why it cannot", { signedIn: true }, async ({ visitor, page }) => {
    visitor.expect(/^503 (GET|POST) /);
    const { id } = await customerWith(visitor, "31");
    await page.goto(`/#/favourites/catalogue?for=${id}`);
    const products = page.getByRole("group", { name: "Products of page 1" }).getByRole("checkbox");
    await products.nth(40).check();
    await catalog("PATCH", "/control", { fail: "down" });
    try {
        await page.getByRole("region", { name: "Chosen products" }).getByRole("button", { name: "Add" }).click();
        const dialog = page.getByRole("dialog", { name: "Nothing was added" });
        await dialog.getByText("the catalogue did not answer").waitFor();
        await dialog.getByRole("link", { name: "See the favourites" }).click();
        await page.getByRole("button", { name: /^Price history/ }).waitFor();
        // A page that nobody has asked for yet, so that the cache has nothing.
        await page.goto(`/#/favourites/catalogue?page=${100 + (Date.now() % 9000)}`);
        await page.getByRole("alert").getByText(/^Request /).waitFor();
    } finally {
        await catalog("PATCH", "/control", { fail: "off" });
    }
    await until("the catalogue is back", async () => {
        await page.getByRole("button", { name: "Try again" }).click({ timeout: 500 }).catch(() => {});
        return page.getByText("Nothing on this page").isVisible();
    });
});

inBrowser("an address that another customer has is refused in the dialog", { signedIn: true }, async ({ visitor, page }) => {
    visitor.expect(/^409 POST /);
    const { email } = await customerWith(visitor);
    await page.goto("/#/favourites");
    await page.getByRole("button", { name: "New customer" }).click();
    const dialog = page.getByRole("dialog", { name: "New customer" });
    await dialog.getByLabel("Name").fill("Somebody Else");
    await dialog.getByLabel("E-mail").fill(email);
    await dialog.getByRole("button", { name: "Add customer" }).click();
    await dialog.getByRole("alert").waitFor();
});

inBrowser("a customer is renamed and deleted", { signedIn: true }, async ({ visitor, page }) => {
    const { id } = await customerWith(visitor);
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
