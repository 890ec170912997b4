// The console for everybody: what axe-core checks, on narrow screens, and by keyboard alone.

import assert from "node:assert/strict";

import { register, registerAdministrator } from "./accounts.mjs";
import { accessible } from "./axe.mjs";
import { ADMIN_PAGES, furnish, pagesOf, visit } from "./furnished.mjs";
import { inBrowser, until } from "./support.mjs";

/** The account under test is an administrator's, who has all pages. */
async function everyPage(visitor, page) {
    const account = await registerAdministrator();
    const pages = pagesOf(await furnish(account));
    await visitor.signIn(page, account);
    return [...pages, ...ADMIN_PAGES];
}

for (const colorScheme of ["light", "dark"]) {
    inBrowser(`every page is accessible, ${colorScheme}`, { colorScheme }, async ({ visitor, page }) => {
        await page.goto("/");
        await page.getByRole("heading", { name: "Create your account" }).waitFor();
        await accessible(page, "the visitors' page");
        const found = [];
        for (const one of await everyPage(visitor, page)) {
            await visit(page, one);
            await accessible(page, one.name).catch((error) => found.push(error.message));
        }
        assert.deepEqual(found, []);
    });
}

inBrowser("dialogs, errors and the editor are accessible", async ({ visitor, page }) => {
    visitor.expect(/^401 POST .*\/login/);
    const account = await register();
    await page.goto("/");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByLabel("E-mail").fill(account.email);
    await page.getByLabel("Password", { exact: true }).fill("not the password");
    await page.locator("form").getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await accessible(page, "a sign-in that failed");
    const { customer } = await furnish(account);
    await visitor.signIn(page, account);
    await page.getByRole("button", { name: "Edit Stalker" }).click();
    await page.getByRole("form", { name: "Edit Stalker" }).waitFor();
    await accessible(page, "the editor");
    await page.goto(`/${customer}`);
    await page.getByRole("button", { name: /^Price history/ }).first().click();
    await page.getByRole("dialog").getByRole("table").waitFor();
    await accessible(page, "the price history");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Delete" }).click();
    await page.getByRole("dialog").waitFor();
    await accessible(page, "a question");
});

inBrowser("nothing has to be scrolled sideways at 390 pixels", { viewport: { width: 390, height: 844 }, hasTouch: true }, async ({ visitor, page }) => {
    const tooWide = () => page.evaluate(() => {
        const beyond = document.documentElement.scrollWidth - document.documentElement.clientWidth;
        if (beyond <= 0) return null;
        const widest = [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth + 1);
        return `${beyond} px: ${widest.slice(0, 3).map((one) => one.outerHTML.slice(0, 100)).join(" | ")}`;
    });
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    const found = [["visitors", await tooWide()]];
    for (const one of await everyPage(visitor, page)) {
        await visit(page, one);
        found.push([one.name, await tooWide()]);
    }
    assert.deepEqual(found.filter(([, beyond]) => beyond), []);
});

inBrowser("the console can be used by keyboard alone", async ({ page }) => {
    const focused = () => page.evaluate(() => {
        const one = document.activeElement;
        return one.getAttribute("aria-label") ?? (one.labels?.[0]?.textContent || one.textContent).trim();
    });
    /** Presses Tab until that has the focus, and sees to it that the focus can be seen. */
    const tabTo = async (name) => {
        for (let n = 0; n < 60; n++) {
            await page.keyboard.press("Tab");
            if (name.test(await focused())) {
                const isSeen = await page.evaluate(() => {
                    const shows = (one) => getComputedStyle(one).outlineStyle !== "none";
                    return shows(document.activeElement) || (document.activeElement.parentElement && shows(document.activeElement.parentElement));
                });
                assert.ok(isSeen, `the focus on ${name} can be seen`);
                return;
            }
        }
        assert.fail(`Tab never comes to ${name}`);
    };
    await page.goto("/");
    await page.getByRole("heading", { name: "Create your account" }).waitFor();
    await tabTo(/^E-mail/);
    await page.keyboard.type(`keyboard-${process.pid}-${Date.now()}@example.com`);
    await tabTo(/^Password/);
    await page.keyboard.type("correct horse battery staple");
    await page.keyboard.press("Enter");
    await page.getByText("Your list starts here").waitFor();

    await page.reload();
    await page.getByText("Your list starts here").waitFor();
    await page.keyboard.press("Tab");
    assert.match(await focused(), /^Skip to the content/);
    await page.keyboard.press("Enter");
    await tabTo(/^Title/);
    await page.keyboard.type("Modern Times");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Edit Modern Times" }).waitFor();
    await tabTo(/^Edit Modern Times/);
    await page.keyboard.press("Enter");
    await until("the title has the focus", async () => /^Title/.test(await focused()));
    await page.keyboard.press("Escape");
    await until("the focus is back", async () => /^Edit Modern Times/.test(await focused()));
    await tabTo(/^Remove Modern Times/);
    await page.keyboard.press("Enter");
    await page.getByText("Modern Times is removed").waitFor();
    await tabTo(/^Undo/);
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Edit Modern Times" }).waitFor();
});
