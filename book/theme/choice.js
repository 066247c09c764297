// Whose figures a page shows, and of which Python. What is to be hidden is hidden while the page is still being read,
// so that nothing moves once it is drawn.

(() => {
    "use strict";

    const { heapbook } = window;
    if (heapbook.choice) {
        return;
    }
    const { store, make } = heapbook;

    const MACHINE = "heapbook-machine";
    const PYTHON = "heapbook-python";

    /** @type {[Machine, string][]} */
    const MACHINES = [
        ["book", "the book’s"],
        ["mine", "mine"],
        ["both", "both"],
    ];

    /** @type {HTMLElement | null} */
    let whose = null;
    /** @type {Machine} */
    let machine = "book";
    /** The Python of the choice; null where the page has no control and nothing is remembered.
     * @type {string | null} */
    let python = store.read(PYTHON);

    /** @param {string | undefined} list @returns {string[]} */
    function words(list) {
        return (list ?? "").split(" ").filter(Boolean);
    }

    /** What is remembered holds as far as the page has it. */
    function choose() {
        python = store.read(PYTHON);
        machine = "book";
        if (!whose) {
            return;
        }
        const { pythons, headline, reader } = whose.dataset;
        if (!python || !words(pythons).includes(python)) {
            python = headline ?? words(pythons)[0] ?? null;
        }
        const wished = MACHINES.find(([key]) => key === store.read(MACHINE));
        if (reader !== undefined && wished) {
            machine = wished[0];
        }
        document.documentElement.dataset.hbMachine = machine;
    }

    /** @param {HTMLElement} element @param {"book" | "reader"} side */
    function has(element, side) {
        return python !== null && words(element.dataset[side]).includes(python);
    }

    /** @param {HTMLElement} element @param {Machine} of */
    function isChosen(element, of = machine) {
        return (of !== "mine" && has(element, "book")) || (of !== "book" && has(element, "reader"));
    }

    /** Says whose a fragment is that is the book's and the reader's, each of some Python.
     * @param {HTMLElement} element */
    function name(element) {
        const { yours } = element.dataset;
        if (yours !== undefined) {
            const ofBoth = has(element, "reader") ? "The book’s, and yours" : "The book’s";
            element.dataset.label = has(element, "book") ? ofBoth : yours;
        }
    }

    /** @param {Element | null} element @returns {element is HTMLElement} */
    function isAlternative(element) {
        return element instanceof HTMLElement && element.classList.contains("hb-choice");
    }

    /**
     * The alternatives that stand beside one another, divided by what they are alternatives of: no Python is named
     * twice for one thing, so a Python's second naming begins the next.
     * @param {HTMLElement} element
     * @returns {HTMLElement[][]}
     */
    function groupsAround(element) {
        let first = element;
        while (isAlternative(first.previousElementSibling)) {
            first = first.previousElementSibling;
        }
        const groups = [];
        let seen = new Set();
        for (let next = /** @type {Element | null} */ (first); isAlternative(next); next = next.nextElementSibling) {
            const named = [
                ...words(next.dataset.book).map((version) => `book ${version}`),
                ...words(next.dataset.reader).map((version) => `reader ${version}`),
            ];
            if (groups.length === 0 || named.some((name) => seen.has(name))) {
                groups.push(/** @type {HTMLElement[]} */ ([]));
                seen = new Set();
            }
            named.forEach((name) => seen.add(name));
            groups[groups.length - 1]?.push(next);
        }
        return groups;
    }

    /** Where the reader has measured nothing, the book's figures stand in: a page with holes helps nobody.
     * @param {HTMLElement[]} group */
    function apply(group) {
        // A question is asked once, whatever is shown.
        const asks = group.some((element) => element.querySelector(":scope > .hb-question"));
        const of = asks && machine === "both" ? "book" : machine;
        const standIn = machine === "mine" && !group.some((element) => isChosen(element));
        /** @param {HTMLElement} element */
        const shows = (element) => (standIn ? has(element, "book") : isChosen(element, of));
        // A page without a control of its own has what was served, if it lacks the Python that is remembered.
        if (!whose && !group.some(shows)) {
            return;
        }
        for (const element of group) {
            element.hidden = !shows(element);
            name(element);
            element.classList.toggle("hb-stand-in", standIn);
        }
    }

    function applyAll() {
        const focused = document.activeElement;
        const done = new Set();
        for (const element of document.querySelectorAll(".hb-choice")) {
            if (isAlternative(element) && !done.has(element)) {
                const groups = groupsAround(element);
                groups.flat().forEach((one) => done.add(one));
                groups.forEach(apply);
            }
        }
        if (focused?.closest(".hb-choice[hidden]")) {
            control()?.focus();
        }
        noteLimits();
    }

    /** @returns {HTMLInputElement | null | undefined} */
    function control() {
        return whose?.querySelector(".hb-choose input:checked");
    }

    /** What a reader has to know of the choice: prose cannot follow it. */
    function noteLimits() {
        const note = whose?.querySelector(".hb-choose-note");
        const headline = whose?.dataset.headline;
        const limits = [];
        if (headline && python && python !== headline) {
            limits.push(`Figures within sentences stay those of ${headline}.`);
        }
        if (document.querySelector(".hb-stand-in:not([hidden])")) {
            limits.push("What you haven’t measured is shown with the book’s figures.");
        }
        note?.replaceChildren(limits.join(" "));
    }

    /**
     * @param {string} legend
     * @param {string} key
     * @param {[string, string][]} entries
     * @param {string | null} chosen
     */
    function radios(legend, key, entries, chosen) {
        const group = make("fieldset", "hb-radios", make("legend", "", legend));
        for (const [value, label] of entries) {
            const input = make("input", "");
            input.type = "radio";
            input.name = key;
            input.value = value;
            input.checked = value === chosen;
            input.addEventListener("change", () => change(key, value));
            group.append(make("label", "", input, label));
        }
        return group;
    }

    /** @param {string} key @param {string} value */
    function change(key, value) {
        store.write(key, value);
        choose();
        applyAll();
        document.dispatchEvent(new CustomEvent("heapbook:choice", { detail: { machine, python } }));
    }

    /** Puts the control into its place; the page's first lines follow it.
     * @param {HTMLElement} element */
    function takeControl(element) {
        if (whose) {
            return;
        }
        whose = element;
        choose();
        const place = make("div", "hb-choose");
        if (element.dataset.reader !== undefined) {
            place.append(radios("Figures", MACHINE, MACHINES, machine));
        }
        const pythons = words(element.dataset.pythons);
        if (pythons.length > 1) {
            place.append(radios("Python", PYTHON, pythons.map((version) => [version, version]), python));
        }
        place.append(...heapbook.controls.map((maker) => maker()));
        const note = make("p", "hb-choose-note");
        note.setAttribute("role", "status");
        place.append(note);
        heapbook.keepKeys(place);
        element.prepend(place);
        noteLimits();
    }

    /** @param {Node} node */
    function meet(node) {
        if (!(node instanceof HTMLElement)) {
            return;
        }
        if (node.classList.contains("hb-whose")) {
            takeControl(node);
        }
        if (isAlternative(node)) {
            groupsAround(node).forEach(apply);
        }
    }

    /** Sees every element before it is drawn, as long as the page is being read. */
    function watch() {
        const observer = new MutationObserver((changes) => {
            changes.forEach((change) => change.addedNodes.forEach(meet));
        });
        observer.observe(document, { childList: true, subtree: true });
        document.addEventListener("DOMContentLoaded", () => {
            observer.disconnect();
            applyAll();
        });
    }

    heapbook.choice = {
        /** Whose figures an element holds that is shown; null where there is no choice. */
        sideOf(element) {
            const alternative = element.closest(".hb-choice");
            if (!isAlternative(alternative)) {
                return null;
            }
            const isMine = has(alternative, "reader") && (machine === "mine" || !has(alternative, "book"));
            return isMine ? "mine" : "book";
        },
    };

    document.querySelectorAll(".hb-whose").forEach(meet);
    applyAll();
    if (document.readyState === "loading") {
        watch();
    }
})();
