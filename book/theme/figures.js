// Figures are rounded on the page. A click on one says what exactly was measured, and where; a button of the page's
// control shows all of them exactly, for those who have no pointer, so that no figure needs a tab stop of its own.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make } = heapbook;
    // The page's head has loaded this already.
    if (heapbook.controls.length > 0) {
        return;
    }

    const EXACTLY = "heapbook-exact";
    const FIGURE = "data[title]";

    /** What a figure shows where it is not exact. @type {WeakMap<Element, Node[]>} */
    const rounded = new WeakMap();

    const popover = make("div", "hb-popover");
    popover.setAttribute("role", "status");

    /** The figure that the popover speaks of. @type {HTMLElement | null} */
    let shown = null;

    function isExactly() {
        try {
            return sessionStorage.getItem(EXACTLY) === "true";
        } catch {
            return false;
        }
    }

    /** @param {boolean} exactly */
    function rememberExactly(exactly) {
        try {
            sessionStorage.setItem(EXACTLY, String(exactly));
        } catch {
            // The page shows it all the same; the next one begins anew.
        }
    }

    /** @param {boolean} exactly */
    function showAll(exactly) {
        /** @type {NodeListOf<HTMLElement>} */
        const figures = document.querySelectorAll(FIGURE);
        for (const figure of figures) {
            const before = rounded.get(figure);
            if (exactly && !before) {
                rounded.set(figure, [...figure.childNodes]);
                figure.replaceChildren(figure.title);
            } else if (!exactly && before) {
                rounded.delete(figure);
                figure.replaceChildren(...before);
            }
        }
    }

    function exactButton() {
        const toggle = heapbook.button("hb-button hb-exactly", "Exact figures", () => {
            const exactly = toggle.getAttribute("aria-pressed") !== "true";
            toggle.setAttribute("aria-pressed", String(exactly));
            rememberExactly(exactly);
            close();
            showAll(exactly);
        });
        toggle.setAttribute("aria-pressed", String(isExactly()));
        return toggle;
    }

    /**
     * Where a figure was measured. With the book's and the reader's side by side, each has its own line.
     * @param {Element} figure
     */
    function provenance(figure) {
        const side = heapbook.choice.sideOf(figure);
        /** @type {HTMLElement[]} */
        const lines = [...document.querySelectorAll(".hb-whose .hb-provenance, .hb-whose > .hb-choice")].filter(isSeen);
        const same = lines.find((line) => side === null || heapbook.choice.sideOf(line) === side);
        return (same ?? lines[0])?.textContent?.trim() ?? "";
    }

    /** @param {Element} element @returns {element is HTMLElement} */
    function isSeen(element) {
        return element instanceof HTMLElement && !element.closest("[hidden]");
    }

    /** @param {HTMLElement} figure */
    function open(figure) {
        shown = figure;
        popover.replaceChildren(
            make("strong", "", figure.title),
            make("span", "hb-popover-from", provenance(figure)),
        );
        place(figure);
    }

    function close() {
        shown = null;
        popover.replaceChildren();
    }

    /** Below the figure, or above it where the window ends; never beyond the page's sides.
     * @param {HTMLElement} figure */
    function place(figure) {
        const page = popover.parentElement?.getBoundingClientRect();
        if (!page) {
            return;
        }
        const target = figure.getBoundingClientRect();
        const { width, height } = popover.getBoundingClientRect();
        const left = Math.max(0, Math.min(target.left - page.left, page.width - width));
        const fitsBelow = target.bottom + height + 8 < window.innerHeight;
        const top = fitsBelow ? target.bottom - page.top + 4 : target.top - page.top - height - 4;
        popover.style.left = `${left}px`;
        popover.style.top = `${top}px`;
    }

    /** @param {MouseEvent} event */
    function onClick(event) {
        const target = event.target instanceof Element ? event.target : null;
        if (target && popover.contains(target)) {
            return;
        }
        const figure = target?.closest(FIGURE);
        const meant = figure instanceof HTMLElement && figure !== shown && isFree(figure) ? figure : null;
        close();
        if (meant) {
            open(meant);
        }
    }

    /** Whether a click on a figure means the figure: not the option or the link that it stands in, nor its copying.
     * @param {Element} figure */
    function isFree(figure) {
        const isSelecting = getSelection()?.isCollapsed === false;
        return !isSelecting && !figure.closest("a, button, summary, [role=radio]");
    }

    function begin() {
        (document.querySelector("main") ?? document.body).append(popover);
        if (isExactly()) {
            showAll(true);
        }
    }

    heapbook.controls.push(exactButton);
    document.querySelector(".hb-choose-note")?.before(exactButton());
    document.addEventListener("click", onClick);
    document.addEventListener("heapbook:choice", close);
    window.addEventListener("resize", close);
    document.addEventListener("keydown", (event) => {
        if (event.key === "Escape" && shown) {
            close();
        }
    });
    if (document.readyState === "loading" && !document.querySelector("main")) {
        document.addEventListener("DOMContentLoaded", begin);
    } else {
        begin();
    }
})();
