/** The ratio that WCAG 2.1 asks for small text (AA), and what rounding may take. */
const CONTRAST = 4.55;
const WHITE = [255, 255, 255];

function readColour(css) {
    return (css.match(/[\d.]+/g) || []).slice(0, 3).map(Number);
}

/** Relative luminance, as WCAG defines it. */
function luminance(colour) {
    const [red, green, blue] = colour.map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(one, other) {
    const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
}

function mix(colour, ground, strength) {
    return colour.map((part, index) => strength * part + (1 - strength) * ground[index]);
}

/**
 * A tint for cells of a heat map: as strong as the text on it stays legible, and no stronger.
 *
 * @param {number[]} colour red, green and blue, of 255
 * @param {number} share of the strongest tint, from 0 to 1
 * @param {number[]} [text] colour of the text; that of the page without
 * @returns {string} a colour for CSS
 */
export function tint(colour, share, text = readColour(getComputedStyle(document.body).color)) {
    let most = 1;
    while (most > 0 && contrast(mix(colour, WHITE, most), text) < CONTRAST) {
        most -= 0.01;
    }
    // What there is little of is seen, too.
    const strength = most * (0.1 + 0.9 * Math.min(1, Math.max(0, share)));
    // Opaque: what lies below it, a row that is hovered, would change the contrast.
    return `rgb(${mix(colour, WHITE, strength).map(Math.round).join(", ")})`;
}
