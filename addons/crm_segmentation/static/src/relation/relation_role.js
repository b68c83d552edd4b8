import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the others are to this contact or deal: only what fits its kind is offered. */
export class RelationRole extends Component {
    static template = "crm_segmentation.RelationRole";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ roles: [] });
        onWillStart(async () => {
            const kind = this.props.record.data.kind;
            this.state.roles = await this.orm.call("crm.relation.type", "get_roles", [kind]);
        });
    }

    get value() {
        return this.props.record.data[this.props.name] || "";
    }

    onChange(event) {
        this.props.record.update({ [this.props.name]: event.target.value || false });
    }
}

registry.category("fields").add("crm_relation_role", {
    component: RelationRole,
    supportedTypes: ["char"],
});
