// What the book remembers: in the browser's storage, or, where that is closed, for as long as the page is open.

(() => {
    "use strict";

    // The page's head loads this before anything is drawn, and mdBook once more at the page's end.
    if (window.heapbook) {
        return;
    }

    const PREFIX = "heapbook-";

    /** What the browser refused to keep. */
    const memory = new Map();

    /** @type {Store} */
    const store = {
        read(key) {
            if (memory.has(key)) {
                return memory.get(key);
            }
            try {
                return localStorage.getItem(key);
            } catch {
                return null;
            }
        },
        write(key, value) {
            try {
                localStorage.setItem(key, value);
                memory.delete(key);
            } catch {
                memory.set(key, value);
            }
        },
        // A reader may have edited what is stored: what is no object counts as nothing.
        readObject(key) {
            try {
                const value = JSON.parse(store.read(key) ?? "{}");
                return typeof value === "object" && value !== null ? value : {};
            } catch {
                return {};
            }
        },
        writeObject(key, value) {
            store.write(key, JSON.stringify(value));
        },
        // mdBook keeps its theme in the same storage, and that stays.
        clear() {
            memory.clear();
            try {
                const ours = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
                ours.forEach((key) => localStorage.removeItem(key));
            } catch {
                // Nothing was stored.
            }
        },
    };

    /** Now, in milliseconds since 1970. Tests move the clock, so as not to wait a week for a question. */
    function now() {
        try {
            const moved = Number(sessionStorage.getItem("heapbook-clock") ?? NaN);
            return Number.isFinite(moved) ? moved : Date.now();
        } catch {
            return Date.now();
        }
    }

    // The other scripts add their parts.
    window.heapbook = /** @type {Heapbook} */ ({ store, now });
})();
