// The administrators' side: totals, accounts, roles, the audit log; and that it is theirs alone.

import assert from "node:assert/strict";

import { register, registerAdministrator, signedIn } from "./accounts.mjs";
import { furnish } from "./furnished.mjs";
import { inBrowser, until } from "./support.mjs";

const tab = (page, name) => page.getByRole("navigation", { name: "Administration" }).getByRole("link", { name });

/** Signs an administrator in and goes to the page of a user, found by the address. */
async function atPageOf(user, visitor, page) {
    await visitor.signIn(page, await registerAdministrator());
    await page.getByRole("link", { name: "Admin" }).click();
    await tab(page, "Users").click();
    await page.getByLabel("E-mail of an account").fill(user.email);
    await page.getByRole("button", { name: "Find" }).click();
    await until("the one is found", async () => (await page.getByRole("row").count()) === 2);
    await page.getByRole("link", { name: user.email }).click();
    await page.getByRole("heading", { level: 1, name: user.email }).waitFor();
}

/** Presses a button and says yes to the question that it asks. */
async function confirmed(page, name, action = name) {
    await page.getByRole("main").getByRole("button", { name, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: action, exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
}

inBrowser("whoever is no administrator sees nothing of it, by whatever way", { signedIn: true }, async ({ page }) => {
    assert.equal(await page.getByRole("link", { name: "Admin" }).count(), 0);
    await page.goto("/#/admin/users");
    await page.getByText("For administrators").waitFor();
});

inBrowser("the overview counts everything and draws what happened lately", async ({ visitor, page }) => {
    const account = await registerAdministrator();
    await furnish(account);
    await visitor.signIn(page, account);
    await page.getByRole("link", { name: "Admin" }).click();
    const totals = page.getByRole("region", { name: "Totals" });
    for (const name of ["Users", "Titles on lists", "Customers", "Favourites", "Audit events"]) await totals.getByText(name, { exact: true }).waitFor();
    await page.getByRole("heading", { name: "What happened lately" }).waitFor();
    await page.getByRole("radio", { name: "24 hours" }).check();
    await until("the last hours are drawn", async () => (await page.getByRole("heading", { name: "By action" }).isVisible()));
});

inBrowser("an account is found, its list is seen, and it is made an administrator and a user again", async ({ visitor, page }) => {
    const user = await register();
    await furnish(user);
    await atPageOf(user, visitor, page);
    await page.getByRole("region", { name: "Watchlist" }).getByText("Seven Samurai").waitFor();
    await confirmed(page, "Make administrator");
    await page.getByText("is an administrator now").waitFor();
    const api = await signedIn(user);
    assert.equal((await api("GET", "/v1/auth/me")).role, "admin");
    // The sign-in changed the account, and nobody changes what is not as they saw it.
    await page.reload();
    await page.getByRole("heading", { level: 1, name: user.email }).waitFor();
    await confirmed(page, "Make ordinary user");
    await page.getByText("is an ordinary user now").waitFor();
    await assert.rejects(api("GET", "/v1/auth/me"), /401/, "the change ended the session");
});

inBrowser("an account is disabled, enabled and deleted", async ({ visitor, page }) => {
    const user = await register();
    const api = await signedIn(user);
    await atPageOf(user, visitor, page);
    await confirmed(page, "Disable");
    await assert.rejects(api("GET", "/v1/auth/me"), /401/, "its sessions are over");
    await assert.rejects(signedIn(user), /401/);
    await confirmed(page, "Enable");
    await signedIn(user);

    await page.reload();
    await page.getByRole("heading", { level: 1, name: user.email }).waitFor();
    await page.getByRole("button", { name: "Delete…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Type the address of the account").fill(user.email);
    await dialog.getByRole("button", { name: "Delete for good" }).click();
    await dialog.waitFor({ state: "hidden" });
    await assert.rejects(signedIn(user), /401/);
});

inBrowser("the audit log says who did what, by account and by action", async ({ visitor, page }) => {
    const user = await register();
    const api = await signedIn(user);
    await api("POST", "/v1/watchlists/items", { title: "Nosferatu", type: "movie" });
    await until("the trail has it", async () => (await api("GET", "/v1/auth/audit?action=watchlist.item_added")).events.length === 1, { within: 30_000 });
    await visitor.signIn(page, await registerAdministrator());
    await page.getByRole("link", { name: "Admin" }).click();
    await tab(page, "Audit log").click();
    await page.getByLabel("Account").fill(user.email);
    await page.getByRole("button", { name: "Find" }).click();
    // Everybody's events are there until the account is found.
    await page.waitForURL(/user=/);
    const events = (name) => page.getByRole("listitem").filter({ hasText: name });
    for (const name of ["Signed up", "Signed in", "Title added"]) await events(name).first().waitFor();
    await page.getByLabel("Action").selectOption({ label: "Title added" });
    await until("only that is left", async () => (await events("Signed up").count()) === 0);
    await events("Title added").first().waitFor();
    assert.equal(await events("Title added").count(), 1);
});
