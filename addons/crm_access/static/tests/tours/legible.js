import { contrast } from "@crm_access/colour/tint";

function readParts(css) {
    const [red, green, blue, alpha = 1] = (css.match(/[\d.]+/g) || [0, 0, 0, 0]).map(Number);
    return { colour: [red, green, blue], alpha };
}

function lay({ colour, alpha }, ground) {
    return colour.map((part, index) => alpha * part + (1 - alpha) * ground[index]);
}

function groundOf(element) {
    if (!element) {
        return [255, 255, 255];
    }
    return lay(readParts(getComputedStyle(element).backgroundColor), groundOf(element.parentElement));
}

/**
 * A step of a tour: all text below some elements has the contrast that WCAG 2.1 asks for (AA).
 *
 * @param {string} selector
 */
export function expectLegible(selector) {
    return {
        content: `Text is legible: ${selector}`,
        trigger: selector,
        run: () => {
            for (const element of document.querySelectorAll(`${selector}, ${selector} *`)) {
                const own = [...element.childNodes].filter((node) => node.nodeType === 3);
                const text = own.map((node) => node.textContent.trim()).join("");
                if (!text) {
                    continue;
                }
                const ground = groundOf(element);
                const ratio = contrast(lay(readParts(getComputedStyle(element).color), ground), ground);
                if (ratio < 4.5) {
                    throw new Error(`“${text}” has a contrast of ${ratio.toFixed(2)}`);
                }
            }
        },
    };
}
