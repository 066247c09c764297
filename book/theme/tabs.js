// Tabs for listings that stand side by side. Without this file they stand one below the other.
//
// A tab that is chosen in one place is chosen in all: variants by their name within a language, and, where the page is
// too narrow for two columns, the language. The language is remembered from page to page.

(() => {
    "use strict";

    const { heapbook } = window;
    const { store, make } = heapbook;

    const REMEMBERED = "heapbook-language";

    /** @typedef {{ key: string, panel: HTMLElement, content: Node[] }} Entry */

    /** @param {ParentNode} parent @param {string} selector @returns {HTMLElement[]} */
    function all(parent, selector) {
        return [...parent.querySelectorAll(selector)].filter((element) => element instanceof HTMLElement);
    }

    /** Makes a list of tabs for panels; `choose` is told the key of the one that the reader picks.
     * @param {string} label @param {Entry[]} entries @param {(key: string) => void} choose */
    function tabList(label, entries, choose) {
        const list = make("div", "hb-tabs");
        list.setAttribute("role", "tablist");
        list.setAttribute("aria-label", label);
        for (const { key, panel, content } of entries) {
            const tab = heapbook.button("hb-tab", "", () => inPlace(tab, () => choose(key)));
            tab.id = `${panel.id}-tab`;
            tab.dataset.key = key;
            tab.setAttribute("role", "tab");
            tab.setAttribute("aria-controls", panel.id);
            tab.append(...content);
            panel.setAttribute("role", "tabpanel");
            panel.setAttribute("aria-labelledby", tab.id);
            list.append(tab);
        }
        list.addEventListener("keydown", (event) => onKey(event, all(list, ":scope > .hb-tab")));
        return list;
    }

    /** Arrow keys, Home and End move between tabs. mdBook turns pages with the arrow keys, and must not hear of them.
     * @param {KeyboardEvent} event @param {HTMLElement[]} tabs */
    function onKey(event, tabs) {
        const here = tabs.findIndex((tab) => tab === document.activeElement);
        /** @type {Record<string, number>} */
        const targets = {
            ArrowRight: (here + 1) % tabs.length,
            ArrowLeft: (here + tabs.length - 1) % tabs.length,
            Home: 0,
            End: tabs.length - 1,
        };
        const tab = tabs[targets[event.key] ?? -1];
        if (here < 0 || !tab || event.altKey || event.ctrlKey || event.metaKey) {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        tab.focus();
        tab.click();
    }

    /** Marks the tab of that key; false where the list has none.
     * @param {Element} list @param {string} key */
    function mark(list, key) {
        const tabs = all(list, ":scope > .hb-tab");
        if (!tabs.some((tab) => tab.dataset.key === key)) {
            return false;
        }
        for (const tab of tabs) {
            const isChosen = tab.dataset.key === key;
            tab.setAttribute("aria-selected", String(isChosen));
            tab.tabIndex = isChosen ? 0 : -1;
        }
        return true;
    }

    /** Keeps an element where it is on the screen, though what stands above it may grow or shrink.
     * @param {Element} element @param {() => void} change */
    function inPlace(element, change) {
        const before = element.getBoundingClientRect().top;
        change();
        window.scrollBy(0, element.getBoundingClientRect().top - before);
    }

    /** Shows a variant in every column of its language that has it.
     * @param {string} language @param {string} key */
    function chooseVariant(language, key) {
        for (const column of all(document, `.hb-column[data-language="${language}"]`)) {
            const list = column.querySelector(":scope > .hb-tabs");
            if (list && mark(list, key)) {
                for (const panel of all(column, ".hb-panel")) {
                    panel.hidden = panel.dataset.variant !== key;
                }
            }
        }
    }

    /** Shows a language in every comparison that has it.
     * @param {string} key */
    function chooseLanguage(key) {
        for (const list of all(document, ".hb-languages")) {
            if (list.parentElement && mark(list, key)) {
                for (const column of all(list.parentElement, ".hb-column")) {
                    column.classList.toggle("hb-chosen", column.dataset.language === key);
                }
            }
        }
    }

    /** A figure cannot have the role of a tab's panel: a box around it has.
     * @param {HTMLElement} figure @returns {Entry} */
    function variantEntry(figure) {
        const panel = make("div", "hb-tab-panel");
        panel.id = `${figure.id}-panel`;
        figure.replaceWith(panel);
        panel.append(figure);
        const key = figure.dataset.variant ?? "";
        const colour = figure.querySelector(".hb-mark")?.cloneNode(true);
        const name = document.createTextNode(key);
        return { key, panel, content: colour ? [colour, name] : [name] };
    }

    /** @param {HTMLElement} column */
    function prepareColumn(column) {
        const figures = all(column, ":scope > .hb-panel");
        if (figures.length < 2) {
            return;
        }
        const entries = figures.map(variantEntry);
        const first = /** @type {Entry} */ (entries[0]);
        const language = column.dataset.language ?? "";
        const label = `${column.getAttribute("aria-label")} variants`;
        const list = tabList(label, entries, (key) => chooseVariant(language, key));
        column.classList.add("hb-has-tabs");
        first.panel.before(list);
        chooseVariant(language, first.key);
    }

    /** @param {Element} comparison */
    function prepareComparison(comparison) {
        const columns = all(comparison, ".hb-column");
        if (columns.length > 1) {
            const entries = columns.map((column) => ({
                key: column.dataset.language ?? "",
                panel: column,
                content: [document.createTextNode(column.getAttribute("aria-label") ?? "")],
            }));
            const list = tabList("Language", entries, (key) => {
                store.write(REMEMBERED, key);
                chooseLanguage(key);
            });
            list.classList.add("hb-languages");
            comparison.prepend(list);
        }
        columns.forEach(prepareColumn);
    }

    document.querySelectorAll(".hb-compare").forEach(prepareComparison);
    chooseLanguage("python");
    const language = store.read(REMEMBERED);
    if (language) {
        chooseLanguage(language);
    }
})();
