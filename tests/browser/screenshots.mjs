// The pictures of the README. `make screenshots` takes them; they are no test.

import { register } from "./accounts.mjs";
import { catalog } from "./accounts.mjs";
import { ADMIN_PAGES, furnish, pagesOf, visit } from "./furnished.mjs";
import { inBrowser, picture, until } from "./support.mjs";
import { registerAdministrator } from "./accounts.mjs";

const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true };
const DESKTOP = { viewport: { width: 1280, height: 800 } };

inBrowser("the pages of somebody who is an administrator", DESKTOP, async ({ visitor, page }) => {
    const account = await registerAdministrator();
    const furnished = await furnish(account);
    await visitor.signIn(page, account);
    for (const one of [...pagesOf(furnished), ...ADMIN_PAGES]) {
        await visit(page, one);
        await picture(page, one.name);
    }
});
