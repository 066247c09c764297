// What is wider than its box scrolls, and whoever uses the keyboard must reach it to scroll it. What fits is no stop
// on their way, and no landmark.

(() => {
    "use strict";

    /** What an element was served with. @type {WeakMap<Element, Map<string, string>>} */
    const served = new WeakMap();

    const SCROLLERS = "main .hb-scroll, main pre > code, main .hb-watch-code, main .table-wrapper";
    const ATTRIBUTES = ["tabindex", "role", "aria-label"];

    /** @param {Element} element */
    function remember(element) {
        const attributes = new Map([["tabindex", "0"]]);
        for (const name of ATTRIBUTES) {
            const value = element.getAttribute(name);
            if (value !== null) {
                attributes.set(name, value);
            }
        }
        // The book's table and the reader's own have one name.
        const [label, whose] = [attributes.get("aria-label"), element.closest("[data-label]")];
        if (label && whose?.getAttribute("data-label")) {
            attributes.set("aria-label", `${label}: ${whose.getAttribute("data-label")}`);
        }
        served.set(element, attributes);
    }

    /** @param {Element} element */
    function update(element) {
        const scrolls = element.scrollWidth > element.clientWidth && !element.closest("[role=radio]");
        // Who is in it keeps their place, though it may fit by now.
        if (!scrolls && element === document.activeElement) {
            return;
        }
        for (const [name, value] of served.get(element) ?? []) {
            if (scrolls) {
                element.setAttribute(name, value);
            } else {
                element.removeAttribute(name);
            }
        }
    }

    // Sizes change with the window, when a tab or a folded part is opened, and where figures become exact ones.
    const observer = new ResizeObserver((changes) => {
        changes.forEach(({ target }) => update(target.closest(SCROLLERS) ?? target));
    });
    for (const element of document.querySelectorAll(SCROLLERS)) {
        remember(element);
        observer.observe(element);
        const content = element.matches(".hb-scroll") ? element.firstElementChild : null;
        if (content) {
            observer.observe(content);
        }
    }
})();
