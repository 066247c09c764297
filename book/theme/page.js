// Small things that all scripts of a page need: elements, keys, and where in the book the page is.

(() => {
    "use strict";

    const { heapbook } = window;
    if (heapbook.controls) {
        return;
    }

    heapbook.controls = [];
    heapbook.kinds = {};

    heapbook.make = (tag, className, ...children) => {
        const element = document.createElement(tag);
        if (className) {
            element.className = className;
        }
        element.append(...children);
        return element;
    };

    heapbook.button = (className, label, onClick) => {
        const element = heapbook.make("button", className, label);
        element.type = "button";
        element.addEventListener("click", onClick);
        return element;
    };

    /**
     * mdBook turns pages with the arrow keys and searches at `s` and `/`: a key that is meant for a control goes no
     * further. Tab and Escape are the browser's and everyone's.
     */
    heapbook.keepKeys = (container) => {
        container.addEventListener("keydown", (event) => {
            if (event.key !== "Tab" && event.key !== "Escape") {
                event.stopPropagation();
            }
        });
    };

    heapbook.root = () => (typeof path_to_root === "string" ? path_to_root : "");

    /** The page's path within the book, as in `memory/del.html`. */
    heapbook.here = () => {
        const depth = heapbook.root().split("../").length;
        const parts = location.pathname.split("/").slice(-depth);
        return parts.join("/").replace(/(^|\/)$/, "$1index.html");
    };

    /** Whether this is the whole book on one page, where nothing is to be answered. */
    heapbook.isPrintPage = () => heapbook.here() === "print.html";

    heapbook.plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
})();
