/** @odoo-module **/

import { DomainSelectorDialog } from "@web/core/domain_selector_dialog/domain_selector_dialog";
import { rpc } from "@web/core/network/rpc";
import { registry } from "@web/core/registry";
import { DomainField, domainField } from "@web/views/fields/domain/domain_field";

/**
 * What the server makes of the text of a filter: the text that it would save, a domain to search
 * with, or what is wrong with it.
 */
export function readFilter(model, text) {
    return rpc("/crm_access/filter/read", { model, text });
}

/**
 * Odoo's dialog takes what is typed into the code editor for a domain as it is, and says no more
 * than that it is none. Here the server reads it, and says what is wrong and where.
 */
export class FilterDialog extends DomainSelectorDialog {
    static template = "crm_access.FilterDialog";

    setup() {
        super.setup();
        this.state.fault = "";
        // In an object: in a template, "this" is not the dialog itself.
        this.editor = { typed: null };
    }

    get domainSelectorProps() {
        return {
            ...super.domainSelectorProps,
            // At each letter: whoever clicks on Confirm may not have left the code editor yet.
            debugUpdate: (text) => {
                this.editor.typed = text;
            },
            update: (domain, isTyped) => (isTyped ? this.readTyped(domain) : this.take(domain)),
        };
    }

    take(domain, fault = "") {
        this.editor.typed = null;
        this.state.fault = fault;
        this.state.domain = domain;
    }

    async readTyped(text) {
        this.editor.typed = text;
        const read = await readFilter(this.props.resModel, text);
        if (this.editor.typed === text) {
            this.take(read.text, read.fault);
        }
    }

    async onConfirm() {
        this.confirmButtonRef.el.disabled = true;
        const asked = this.editor.typed ?? this.state.domain;
        const read = await readFilter(this.props.resModel, asked);
        if (read.fault) {
            this.take(read.text, read.fault);
            if (this.confirmButtonRef.el) {
                this.confirmButtonRef.el.disabled = false;
            }
            return;
        }
        this.props.onConfirm(read.text);
        this.props.close();
    }
}

/**
 * The field of a filter that is stored: it counts what the server will find, which is the same for
 * everybody, and says what is wrong with what is written.
 */
export class FilterField extends DomainField {
    static template = "crm_access.FilterField";

    setup() {
        super.setup();
        this.state.fault = "";
        this.read = null;
    }

    getEvaluatedDomain(props = this.props) {
        const read = this.read;
        if (read && read.asked === this.getDomain(props) && read.model === this.getResModel(props)) {
            return read.fault ? { isInvalid: true } : read.domain;
        }
        return { isInvalid: true };
    }

    /** Have the server read the filter, once for each text. */
    async readDomain(props = this.props) {
        const [asked, model] = [this.getDomain(props), this.getResModel(props)];
        if (typeof model !== "string" || !model) {
            return;
        }
        if (!this.read || this.read.asked !== asked || this.read.model !== model) {
            const read = await readFilter(model, asked);
            this.read = { ...read, asked, model };
        }
        this.state.fault = this.read.fault;
    }

    async checkProps(props = this.props) {
        await this.readDomain(props);
        return super.checkProps(props);
    }

    async quickValidityCheck(props) {
        await this.readDomain(props);
        return !this.getEvaluatedDomain(props).isInvalid;
    }

    async update(domain, isDebugEdited = false) {
        if (isDebugEdited) {
            const read = await readFilter(this.getResModel(), domain);
            if (!read.fault) {
                return super.update(read.text);
            }
        }
        return super.update(domain, isDebugEdited);
    }

    onEditDialogBtnClick() {
        this.addDialog(FilterDialog, {
            resModel: this.getResModel(),
            domain: this.getDomain(),
            isDebugMode: !!this.env.debug,
            onConfirm: this.update.bind(this),
        });
    }
}

export const filterField = {
    ...domainField,
    component: FilterField,
    // As wide as the form, as the widget it is made of.
    additionalClasses: ["o_field_domain"],
};

registry.category("fields").add("crm_filter", filterField);
