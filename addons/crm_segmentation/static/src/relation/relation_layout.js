/** A place in the plane for each node of a network: a radial tree, without any drawing. */

const RING = 150;
const STRETCH = 1.5;

/** Who hangs on whom: the first neighbour that is one step nearer to the middle. */
function buildTree(nodes, links) {
    const levels = new Map(nodes.map((node) => [node.key, node.level]));
    const children = new Map(nodes.map((node) => [node.key, []]));
    const placed = new Set();
    for (const link of links) {
        for (const [near, far] of [
            [link.source, link.target],
            [link.target, link.source],
        ]) {
            if (levels.get(far) === levels.get(near) + 1 && !placed.has(far)) {
                placed.add(far);
                children.get(near).push(far);
            }
        }
    }
    return children;
}

function countLeaves(key, children) {
    const own = children.get(key);
    return own.length ? own.reduce((sum, child) => sum + countLeaves(child, children), 0) : 1;
}

/**
 * The way of a link: straight to the next ring, in a bow around the middle otherwise, and beside
 * another link between the same two.
 *
 * @param {{x: number, y: number}} from
 * @param {{x: number, y: number}} to
 * @param {number} bow how far aside, in parts of the length
 * @returns {{path: string, x: number, y: number}} and where its label stands
 */
export function routeLink(from, to, bow) {
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    const aside = { x: (from.y - to.y) * bow, y: (to.x - from.x) * bow };
    if (middle.x * aside.x + middle.y * aside.y < 0) {
        // Outwards, not over the middle of the picture.
        aside.x = -aside.x;
        aside.y = -aside.y;
    }
    const turn = { x: middle.x + aside.x, y: middle.y + aside.y };
    return {
        path: `M ${from.x} ${from.y} Q ${turn.x} ${turn.y} ${to.x} ${to.y}`,
        x: middle.x + aside.x / 2,
        y: middle.y + aside.y / 2 + 4,
    };
}

/**
 * @param {Object[]} nodes each with ``key`` and ``level``; the one of level 0 is the middle
 * @param {Object[]} links each with ``source`` and ``target``, keys of nodes
 * @returns {Map<string, {x: number, y: number}>}
 */
export function layoutNetwork(nodes, links) {
    const places = new Map();
    const middle = nodes.find((node) => node.level === 0);
    if (!middle) {
        return places;
    }
    const children = buildTree(nodes, links);
    const place = (key, level, from, to) => {
        const angle = (from + to) / 2;
        const radius = level * RING;
        places.set(key, {
            x: Math.round(radius * STRETCH * Math.cos(angle)),
            y: Math.round(radius * Math.sin(angle)),
        });
        const width = (to - from) / countLeaves(key, children);
        let start = from;
        for (const child of children.get(key)) {
            const end = start + width * countLeaves(child, children);
            place(child, level + 1, start, end);
            start = end;
        }
    };
    // A third of a quarter turn: two neighbours then stand beside the middle, not on one line.
    place(middle.key, 0, Math.PI / 6, Math.PI / 6 + 2 * Math.PI);
    return places;
}
