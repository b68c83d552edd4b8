/** @odoo-module **/

import { FilterField, filterField } from "@crm_access/filter/filter_field";
import { registry } from "@web/core/registry";

const ONLY = { company: ["is_company", "=", true], person: ["is_company", "=", false] };

/**
 * The rule of a contact group. It counts and shows whom the group takes: companies only, where
 * that is chosen. What is edited and saved stays the rule alone.
 */
export class ContactGroupDomainField extends FilterField {
    getEvaluatedDomain(props = this.props) {
        const domain = super.getEvaluatedDomain(props);
        const only = ONLY[props.record.data.applies_to];
        return domain.isInvalid || !only ? domain : ["&", only, ...this.asOne(domain)];
    }

    /** Conditions one after the other are joined, or an "and" before them takes the first only. */
    asOne(domain) {
        let open = 0;
        for (const item of domain) {
            if (item === "&" || item === "|") {
                open -= 1;
            } else if (item !== "!") {
                open += 1;
            }
        }
        const ands = Array(Math.max(open - 1, 0)).fill("&");
        return domain.length ? [...ands, ...domain] : [[1, "=", 1]];
    }
}

registry.category("fields").add("contact_group_domain", {
    ...filterField,
    component: ContactGroupDomainField,
    fieldDependencies: [{ name: "applies_to", type: "selection" }],
});
