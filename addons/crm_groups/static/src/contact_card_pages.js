/** @odoo-module **/

import { patch } from "@web/core/utils/patch";
import { FormCompiler } from "@web/views/form/form_compiler";

/** Further left than any notebook is long: the notebook counts from its end then. */
const FIRST = -1000;

/**
 * Pages of the contact's card that its groups put first. Which ones follows from the contact, so
 * that it changes as soon as a group is chosen; the server marks the pages that can be meant.
 */
patch(FormCompiler.prototype, {
    compileNotebook(el) {
        const pages = [...el.children].filter((page) => page.hasAttribute("data-card-part"));
        const codes = new Map(
            pages.map((page) => [page.getAttribute("name"), page.getAttribute("data-card-part")])
        );
        const notebook = super.compileNotebook(...arguments);
        for (const slot of codes.size ? notebook.children : []) {
            const code = codes.get((slot.getAttribute("name") || "").slice(1, -1));
            if (code) {
                slot.setAttribute(
                    "index",
                    `(__comp__.props.record.data.card_first_parts || "").includes(",${code},") ? ${FIRST} : undefined`
                );
            }
        }
        return notebook;
    },
});
