// Tabs for listings that stand side by side, and a slider that steps through a function's run. Without this file
// listings stand one below the other, and the first steps are a list.
//
// A tab that is chosen in one place is chosen in all: variants by their name within a language, and, where the page is
// too narrow for two columns, the language. The language is remembered from page to page.

(() => {
    "use strict";

    const REMEMBERED = "heapbook-language";

    /** Makes a list of tabs for panels; `choose` is told the key of the one that the reader picks. */
    function tabList(label, entries, choose) {
        const list = document.createElement("div");
        list.className = "hb-tabs";
        list.setAttribute("role", "tablist");
        list.setAttribute("aria-label", label);
        for (const entry of entries) {
            const tab = document.createElement("button");
            tab.type = "button";
            tab.className = "hb-tab";
            tab.id = `${entry.panel.id}-tab`;
            tab.dataset.key = entry.key;
            tab.setAttribute("role", "tab");
            tab.setAttribute("aria-controls", entry.panel.id);
            tab.append(...entry.content);
            tab.addEventListener("click", () => inPlace(tab, () => choose(entry.key)));
            entry.panel.setAttribute("role", "tabpanel");
            entry.panel.setAttribute("aria-labelledby", tab.id);
            list.append(tab);
        }
        list.addEventListener("keydown", onKey);
        return list;
    }

    /** Arrow keys, Home and End move between tabs. mdBook turns pages with the arrow keys, and must not hear of them. */
    function onKey(event) {
        const tabs = [...event.currentTarget.children];
        const here = tabs.indexOf(document.activeElement);
        const targets = {
            ArrowRight: (here + 1) % tabs.length,
            ArrowLeft: (here + tabs.length - 1) % tabs.length,
            Home: 0,
            End: tabs.length - 1,
        };
        if (here < 0 || !(event.key in targets) || event.altKey || event.ctrlKey || event.metaKey) {
            return;
        }
        event.preventDefault();
        event.stopPropagation();
        const tab = tabs[targets[event.key]];
        tab.focus();
        tab.click();
    }

    /** Marks the tab of that key; false where the list has none. */
    function mark(list, key) {
        const tabs = [...list.children];
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

    /** Keeps an element where it is on the screen, though what stands above it may grow or shrink. */
    function inPlace(element, change) {
        const before = element.getBoundingClientRect().top;
        change();
        window.scrollBy(0, element.getBoundingClientRect().top - before);
    }

    /** Shows a variant in every column of its language that has it. */
    function chooseVariant(language, key) {
        for (const column of document.querySelectorAll(`.hb-column[data-language="${language}"]`)) {
            const list = column.querySelector(":scope > .hb-tabs");
            if (list && mark(list, key)) {
                for (const panel of column.querySelectorAll(":scope > .hb-panel")) {
                    panel.hidden = panel.dataset.variant !== key;
                }
            }
        }
    }

    /** Shows a language in every comparison that has it. */
    function chooseLanguage(key) {
        for (const list of document.querySelectorAll(".hb-languages")) {
            if (mark(list, key)) {
                for (const column of list.parentElement.querySelectorAll(".hb-column")) {
                    column.classList.toggle("hb-chosen", column.dataset.language === key);
                }
            }
        }
    }

    function remember(key) {
        try {
            localStorage.setItem(REMEMBERED, key);
        } catch {
            // A browser that stores nothing still has its tabs.
        }
    }

    function remembered() {
        try {
            return localStorage.getItem(REMEMBERED);
        } catch {
            return null;
        }
    }

    function prepareColumn(column) {
        const panels = [...column.querySelectorAll(":scope > .hb-panel")];
        if (panels.length < 2) {
            return;
        }
        const language = column.dataset.language;
        const entries = panels.map((panel) => ({
            key: panel.dataset.variant,
            panel,
            content: [
                panel.querySelector(".hb-mark").cloneNode(true),
                document.createTextNode(panel.dataset.variant),
            ],
        }));
        const label = `${column.getAttribute("aria-label")} variants`;
        const list = tabList(label, entries, (key) => chooseVariant(language, key));
        column.classList.add("hb-has-tabs");
        panels[0].before(list);
        chooseVariant(language, entries[0].key);
    }

    function prepareComparison(comparison) {
        const columns = [...comparison.querySelectorAll(".hb-column")];
        if (columns.length > 1) {
            const entries = columns.map((column) => ({
                key: column.dataset.language,
                panel: column,
                content: [document.createTextNode(column.getAttribute("aria-label"))],
            }));
            const list = tabList("Language", entries, (key) => {
                remember(key);
                chooseLanguage(key);
            });
            list.classList.add("hb-languages");
            comparison.prepend(list);
        }
        columns.forEach(prepareColumn);
    }

    /** Puts a slider in the place of the list of steps; each step marks its line in the table. */
    function prepareSteps(details) {
        const steps = details.dataset.steps.split(" ").map((step) => step.split(":").map(Number));
        const rows = new Map();
        for (const row of details.closest("table").querySelectorAll("tr[data-line]")) {
            rows.set(Number(row.dataset.line), row);
        }
        const slider = document.createElement("input");
        slider.type = "range";
        slider.min = "1";
        slider.max = String(steps.length);
        slider.value = "1";
        slider.setAttribute("aria-label", "Step");
        const words = document.createElement("output");
        const controls = document.createElement("div");
        controls.className = "hb-controls";
        controls.append(stepButton(slider, -1, "Back"), stepButton(slider, 1, "Next"), slider, words);
        let marked = null;
        const show = () => {
            const [line, live] = steps[Number(slider.value) - 1];
            marked?.classList.remove("hb-now");
            marked = details.open ? rows.get(line) : null;
            marked?.classList.add("hb-now");
            words.value = `Step ${slider.value} of ${steps.length}: after line ${line}, ${live.toLocaleString("en")} bytes live`;
        };
        slider.addEventListener("input", show);
        // mdBook turns pages with the arrow keys.
        slider.addEventListener("keydown", (event) => event.stopPropagation());
        details.addEventListener("toggle", show);
        details.querySelector("ol").replaceWith(controls);
        show();
    }

    function stepButton(slider, distance, label) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "hb-tab";
        button.append(label);
        button.addEventListener("click", () => {
            slider.valueAsNumber += distance;
            slider.dispatchEvent(new Event("input"));
        });
        return button;
    }

    document.querySelectorAll(".hb-compare").forEach(prepareComparison);
    document.querySelectorAll(".hb-steps").forEach(prepareSteps);
    chooseLanguage("python");
    const language = remembered();
    if (language) {
        chooseLanguage(language);
    }
})();
