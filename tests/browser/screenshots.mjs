// The pictures of the README. `make screenshots` takes them; they are no test. Few enough sign-ins for a stack with the default
// quotas, whose meters are what people see.

import { catalog, register, registerAdministrator } from "./accounts.mjs";
import { ADMIN_PAGES, furnish, pagesOf, visit } from "./furnished.mjs";
import { inBrowser, picture, until } from "./support.mjs";

const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

inBrowser("pictures of every page, of a phone, of the dark, of errors and of nothing", { viewport: DESKTOP }, async ({ visitor, page }) => {
    for (const name of ["grace", "katherine", "dorothy", "mary"]) await register(name);
    const account = await registerAdministrator("ada");
    visitor.expect(/^401 POST .*\/login/, /^503 /);

    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await picture(page, "welcome");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.locator("form").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await picture(page, "error");

    await visitor.signIn(page, account);
    await page.getByText("Your list starts here").waitFor();
    await picture(page, "empty");

    const furnished = await furnish(account);
    await pricesChange(furnished);
    // The list on the screen is the empty one.
    await page.reload();
    for (const one of [...pagesOf(furnished), ...ADMIN_PAGES]) {
        await visit(page, one);
        await picture(page, one.name);
    }
    const [watchlist, , favourites] = pagesOf(furnished);
    await visit(page, favourites);
    await page.getByRole("button", { name: /^Price history/ }).first().click();
    await page.getByRole("dialog").getByRole("table").waitFor();
    await picture(page, "price-history");
    await page.keyboard.press("Escape");

    await page.emulateMedia({ colorScheme: "dark" });
    await visit(page, watchlist);
    await picture(page, "watchlist-dark");
    await visit(page, favourites);
    await picture(page, "favourites-dark");
    await page.setViewportSize(PHONE);
    await picture(page, "favourites-phone-dark");
    await page.emulateMedia({ colorScheme: "light" });
    await visit(page, watchlist);
    await picture(page, "watchlist-phone");
});

/** One product gets dearer, one cheaper, and one goes; the catalogue is as before afterwards. */
async function pricesChange({ api, favorites }) {
    await catalog("PUT", "/control/products/14", { price: 132.9 });
    await catalog("PUT", "/control/products/15", { price: 149.5 });
    await catalog("PUT", "/control/products/92", { gone: true });
    await api("POST", `${favorites}/refresh`, {});
    await until("the favourites are refreshed", async () => {
        const now = await api("GET", favorites);
        return now.favorites.filter((one) => one.price_change !== "0.00" || !one.current.available).length === 3;
    });
    for (const product of [14, 15, 92]) await catalog("PUT", `/control/products/${product}`, {});
}
