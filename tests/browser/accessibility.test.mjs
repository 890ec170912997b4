// Accessibility: axe-core, narrow screens and the keyboard.

import assert from "node:assert/strict";

import { register, registerAdministrator } from "./accounts.mjs";
import { assertAccessible } from "./axe.mjs";
import { browserTest, waitUntil } from "./harness.mjs";
import { addSampleData, ADMIN_PAGES, openPage, userPages } from "./sample-data.mjs";

/** Signs in an administrator with sample data and returns all pages. */
async function allPages(visitor, page) {
    const account = await registerAdministrator();
    const pages = userPages(await addSampleData(account));
    await visitor.signIn(page, account);
    return [...pages, ...ADMIN_PAGES];
}

for (const colorScheme of ["light", "dark"]) {
    browserTest(`every page is accessible, ${colorScheme}`, { colorScheme }, async ({ visitor, page }) => {
        await page.goto("/");
        await page.getByRole("heading", { name: "Create your account" }).waitFor();
        await assertAccessible(page, "the page for visitors");
        const errors = [];
        for (const one of await allPages(visitor, page)) {
            await openPage(page, one);
            await assertAccessible(page, one.name).catch((error) => errors.push(error.message));
        }
        assert.deepEqual(errors, []);
    });
}

browserTest("dialogs, errors and the edit form are accessible", async ({ visitor, page }) => {
    visitor.allow(/^401 POST .*\/login/);
    const account = await register();
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.locator("form").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await assertAccessible(page, "a failed sign-in");
    const { customer } = await addSampleData(account);
    await visitor.signIn(page, account);
    await page.getByRole("button", { name: "Edit Stalker" }).click();
    await page.getByRole("form", { name: "Edit Stalker" }).waitFor();
    await assertAccessible(page, "the edit form");
    await page.goto(`/${customer}`);
    await page.getByRole("button", { name: /^Price history/ }).first().click();
    await page.getByRole("dialog").getByRole("table").waitFor();
    await assertAccessible(page, "the price history");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").waitFor();
    await assertAccessible(page, "a confirmation");
});

browserTest("no page scrolls horizontally at 390 pixels", { viewport: { width: 390, height: 844 }, hasTouch: true }, async ({ visitor, page }) => {
    const overflow = () => page.evaluate(() => {
        const beyond = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        if (beyond <= 0) return null;
        const widest = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
        return `${beyond} px: ${widest.slice(0, 3).map((one) => one.outerHTML.slice(0, 100)).join(" | ")}`;
    });
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    const results = [["visitors", await overflow()]];
    for (const one of await allPages(visitor, page)) {
        await openPage(page, one);
        results.push([one.name, await overflow()]);
    }
    assert.deepEqual(results.filter(([, beyond]) => beyond), []);
});

browserTest("the console can be used with the keyboard alone", async ({ page }) => {
    const focused = () => page.evaluate(() => {
        const one = document.activeElement;
        return one.getAttribute("aria-label") ?? (one.labels?.[0]?.textContent || one.textContent).trim();
    });
    /** Presses Tab until the named element has the focus, and checks that the focus is visible. */
    const tabTo = async (name) => {
        for (let n = 0; n < 60; n++) {
            await page.keyboard.press("Tab");
            if (name.test(await focused())) {
                const isVisible = await page.evaluate(() => {
                    const hasOutline = (one) => getComputedStyle(one).outlineStyle !== "none";
                    return hasOutline(document.activeElement) || (document.activeElement.parentElement && hasOutline(document.activeElement.parentElement));
                });
                assert.ok(isVisible, `the focus on ${name} is visible`);
                return;
            }
        }
        assert.fail(`Tab does not reach ${name}`);
    };
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await tabTo(/^E-mail/);
    await page.keyboard.type(`keyboard-${process.pid}-${Date.now()}@example.com`);
    await tabTo(/^Password/);
    await page.keyboard.type("correct horse battery staple");
    await page.keyboard.press("Enter");
    await page.getByText("Your watchlist is empty").waitFor();

    await page.reload();
    await page.getByText("Your watchlist is empty").waitFor();
    await page.keyboard.press("Tab");
    assert.match(await focused(), /^Skip to content/);
    await page.keyboard.press("Enter");
    await tabTo(/^Title/);
    await page.keyboard.type("Modern Times");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Edit Modern Times" }).waitFor();
    await tabTo(/^Edit Modern Times/);
    await page.keyboard.press("Enter");
    await waitUntil("the title has the focus", async () => /^Title/.test(await focused()));
    await page.keyboard.press("Escape");
    await waitUntil("the focus is back", async () => /^Edit Modern Times/.test(await focused()));
    await tabTo(/^Remove Modern Times/);
    await page.keyboard.press("Enter");
    await page.getByText("Removed Modern Times").waitFor();
    await tabTo(/^Undo/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Edit Modern Times" }).waitFor();
});
