// The administration section: totals, accounts, roles and the audit log, for administrators only.

import assert from "node:assert/strict";

import { apiClient, register, registerAdministrator } from "./accounts.mjs";
import { browserTest, waitUntil } from "./harness.mjs";
import { addSampleData } from "./sample-data.mjs";

const tab = (page, name) => page.getByRole("navigation", { name: "Administration" }).getByRole("link", { name });

/** Signs an administrator in and opens the page of a user, found by e-mail. */
async function openUser(user, visitor, page) {
    await visitor.signIn(page, await registerAdministrator());
    await page.getByRole("link", { name: "Admin" }).click();
    await tab(page, "Users").click();
    await page.getByLabel("Account e-mail").fill(user.email);
    await page.getByRole("button", { name: "Find" }).click();
    await waitUntil("one user is found", async () => (await page.getByRole("row").count()) === 2);
    await page.getByRole("link", { name: user.email }).click();
    await page.getByRole("heading", { level: 1, name: user.email }).waitFor();
}

/** Clicks a button and confirms its dialog. */
async function confirm(page, name, action = name) {
    await page.getByRole("main").getByRole("button", { name, exact: true }).click();
    await page.getByRole("dialog").getByRole("button", { name: action, exact: true }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
}

browserTest("users have no link to the administration section and no access by address", { signedIn: true }, async ({ page }) => {
    assert.equal(await page.getByRole("link", { name: "Admin" }).count(), 0);
    await page.goto("/#/admin/users");
    await page.getByText("Administrators only").waitFor();
});

browserTest("the overview shows totals and charts of recent activity", async ({ visitor, page }) => {
    const account = await registerAdministrator();
    await addSampleData(account);
    await visitor.signIn(page, account);
    await page.getByRole("link", { name: "Admin" }).click();
    const totals = page.getByRole("region", { name: "Totals" });
    for (const name of ["Users", "Watchlist titles", "Customers", "Favourites", "Audit events"]) await totals.getByText(name, { exact: true }).waitFor();
    await page.getByRole("heading", { name: "Recent activity" }).waitFor();
    await page.getByRole("radio", { name: "24 hours" }).check();
    await waitUntil("the charts are visible", async () => (await page.getByRole("heading", { name: "By action" }).isVisible()));
});

browserTest("an administrator finds an account, sees its watchlist, and grants and removes the administrator role", async ({ visitor, page }) => {
    const user = await register();
    await addSampleData(user);
    await openUser(user, visitor, page);
    await page.getByRole("region", { name: "Watchlist" }).getByText("Seven Samurai").waitFor();
    await confirm(page, "Make administrator");
    await page.getByText("is now an administrator").waitFor();
    const api = await apiClient(user);
    assert.equal((await api("GET", "/v1/auth/me")).role, "admin");
    // The sign-in changed the account's version, which the next change must match.
    await page.reload();
    await page.getByRole("heading", { level: 1, name: user.email }).waitFor();
    await confirm(page, "Remove administrator role");
    await page.getByText("is no longer an administrator").waitFor();
    await assert.rejects(api("GET", "/v1/auth/me"), /401/, "the change ended the session");
});

browserTest("an administrator disables, enables and deletes an account", async ({ visitor, page }) => {
    const user = await register();
    const api = await apiClient(user);
    await openUser(user, visitor, page);
    await confirm(page, "Disable");
    await assert.rejects(api("GET", "/v1/auth/me"), /401/, "its sessions have ended");
    await assert.rejects(apiClient(user), /401/);
    await confirm(page, "Enable");
    await apiClient(user);

    await page.reload();
    await page.getByRole("heading", { level: 1, name: user.email }).waitFor();
    await page.getByRole("button", { name: "Delete…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Type the account's e-mail").fill(user.email);
    await dialog.getByRole("button", { name: "Delete permanently" }).click();
    await dialog.waitFor({ state: "hidden" });
    await assert.rejects(apiClient(user), /401/);
});

browserTest("the audit log filters events by account and by action", async ({ visitor, page }) => {
    const user = await register();
    const api = await apiClient(user);
    await api("POST", "/v1/watchlists/items", { title: "Nosferatu", type: "movie" });
    await waitUntil("the event is stored", async () => (await api("GET", "/v1/auth/audit?action=watchlist.item_added")).events.length === 1, { timeout: 30_000 });
    await visitor.signIn(page, await registerAdministrator());
    await page.getByRole("link", { name: "Admin" }).click();
    await tab(page, "Audit log").click();
    await page.getByLabel("Account").fill(user.email);
    await page.getByRole("button", { name: "Find" }).click();
    // The events of all accounts are shown until the account is found.
    await page.waitForURL(/user=/);
    const events = (name) => page.getByRole("listitem").filter({ hasText: name });
    for (const name of ["Signed up", "Signed in", "Title added"]) await events(name).first().waitFor();
    await page.getByLabel("Action").selectOption({ label: "Title added" });
    await waitUntil("only that action is left", async () => (await events("Signed up").count()) === 0);
    await events("Title added").first().waitFor();
    assert.equal(await events("Title added").count(), 1);
});
