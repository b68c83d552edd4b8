import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";
import { layoutNetwork, routeLink } from "./relation_layout";

const HEIGHT = 34;

/** The network of a contact or deal, drawn; a click opens whom one clicks on. */
export class RelationNetwork extends Component {
    static template = "crm_segmentation.RelationNetwork";
    static props = {
        model: String,
        recordId: Number,
        depth: { type: Number, optional: true },
        version: { type: Number, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ nodes: [], links: [], leftOut: 0, depth: this.props.depth || 2 });
        onWillStart(() => this.load(this.props));
        onWillUpdateProps((props) => this.load(props));
    }

    async load(props) {
        const network = await this.orm.call("crm.relation", "get_network", [], {
            res_model: props.model,
            res_id: props.recordId,
            depth: this.state.depth,
        });
        const places = layoutNetwork(network.nodes, network.links);
        this.state.nodes = network.nodes.map((node) => this.prepareNode(node, places));
        this.drawn = new Map();
        this.state.links = network.links.map((link) => this.prepareLink(link, places, network));
        this.state.leftOut = network.left_out;
    }

    prepareNode(node, places) {
        const text = node.name.length > 26 ? `${node.name.slice(0, 25)}…` : node.name;
        const width = 24 + 7.2 * text.length;
        return { ...node, ...places.get(node.key), text, title: node.name, width };
    }

    prepareLink(link, places, network) {
        const names = Object.fromEntries(network.nodes.map((node) => [node.key, node]));
        const [source, target] = [names[link.source], names[link.target]];
        // The role of whoever is farther from the middle.
        const outward = target.level >= source.level;
        const pair = [link.source, link.target].sort().join();
        const beside = this.drawn.get(pair) || 0;
        this.drawn.set(pair, beside + 1);
        const around = source.level === target.level ? 0.35 : 0;
        return {
            ...link,
            ...routeLink(places.get(link.source), places.get(link.target), around + 0.3 * beside),
            text: outward ? link.label : link.source_label,
            title: _t("%(source)s is %(role)s – %(other)s – %(target)s", {
                source: source.name,
                role: link.source_label,
                other: link.label,
                target: target.name,
            }),
        };
    }

    get viewBox() {
        const xs = this.state.nodes.flatMap((n) => [n.x - n.width / 2, n.x + n.width / 2]);
        const ys = this.state.nodes.flatMap((n) => [n.y - HEIGHT, n.y + HEIGHT]);
        for (const link of this.state.links) {
            xs.push(link.x);
            ys.push(link.y);
        }
        const [left, top] = [Math.min(...xs, -260) - 12, Math.min(...ys, -140) - 12];
        const width = Math.max(...xs, 260) + 12 - left;
        return `${left} ${top} ${width} ${Math.max(...ys, 140) + 12 - top}`;
    }

    async setDepth(depth) {
        this.state.depth = depth;
        await this.load(this.props);
    }

    onKeydown(ev, node) {
        if (ev.key === "Enter" || ev.key === " ") {
            ev.preventDefault();
            this.open(node);
        }
    }

    open(node) {
        if (node.level === 0) {
            return;
        }
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: node.model,
            res_id: node.id,
            views: [[false, "form"]],
        });
    }
}

/** The network on a screen of its own. */
export class RelationNetworkAction extends Component {
    static template = "crm_segmentation.RelationNetworkAction";
    static components = { Layout, RelationNetwork };
    static props = { ...standardActionServiceProps };

    setup() {
        this.display = { controlPanel: {} };
    }

    get network() {
        const { model, record_id: recordId } = this.props.action.params;
        return { model, recordId, depth: 3 };
    }
}

registry.category("actions").add("crm_segmentation.relation_network", RelationNetworkAction);
