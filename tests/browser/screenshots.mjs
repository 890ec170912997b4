// The screenshots of the README, taken by `make screenshots`. They need few enough sign-ins for a
// stack with the default quotas, which the meters show.

import { controlCatalog, register, registerAdministrator } from "./accounts.mjs";
import { browserTest, screenshot, waitUntil } from "./harness.mjs";
import { addSampleData, ADMIN_PAGES, openPage, userPages } from "./sample-data.mjs";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

browserTest("screenshots of every page, an error and an empty list, also on a phone and dark", { viewport: DESKTOP }, async ({ visitor, page }) => {
    for (const name of ["grace", "katherine", "dorothy", "mary"]) await register(name);
    const account = await registerAdministrator("ada");
    visitor.allow(/^401 POST .*\/login/, /^503 /);

    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await screenshot(page, "welcome");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.locator("form").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await screenshot(page, "error");

    await visitor.signIn(page, account);
    await page.getByText("Your watchlist is empty").waitFor();
    await screenshot(page, "empty");

    const sample = await addSampleData(account);
    await changePrices(sample);
    // The page still shows the empty list.
    await page.reload();
    for (const one of [...userPages(sample), ...ADMIN_PAGES]) {
        await openPage(page, one);
        if (one.name === "favourites") await waitForSparklines(page);
        await screenshot(page, one.name);
    }
    const [watchlist, , favourites] = userPages(sample);
    await openPage(page, favourites);
    await page.getByRole("button", { name: /^Price history/ }).first().click();
    await page.getByRole("dialog").getByRole("table").waitFor();
    await screenshot(page, "price-history");
    await page.keyboard.press("Escape");

    await page.emulateMedia({ colorScheme: "dark" });
    await openPage(page, watchlist);
    await screenshot(page, "watchlist-dark");
    await openPage(page, favourites);
    await waitForSparklines(page);
    await screenshot(page, "favourites-dark");
    await page.setViewportSize(PHONE);
    await screenshot(page, "favourites-phone-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await openPage(page, watchlist);
    await screenshot(page, "watchlist-phone");
});

/** Waits up to 3 s: the console loads sparklines only while enough quota is left. */
const waitForSparklines = (page) => page.locator("svg.spark").nth(1).waitFor({ timeout: 3_000 }).catch(() => {});

/**
 * Raises one price, lowers another, removes a third product, refreshes, and resets the catalogue.
 */
async function changePrices({ api, favorites }) {
    await controlCatalog("PUT", "/control/products/14", { price: 132.9 });
    await controlCatalog("PUT", "/control/products/15", { price: 149.5 });
    await controlCatalog("PUT", "/control/products/92", { gone: true });
    await api("POST", `${favorites}/refresh`, {});
    await waitUntil("the favourites are refreshed", async () => {
        const response = await api("GET", favorites);
        return response.favorites.filter((one) => one.price_change !== "0.00" || !one.current.available).length === 3;
    });
    for (const product of [14, 15, 92]) await controlCatalog("PUT", `/control/products/${product}`, {});
}
