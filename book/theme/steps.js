// A slider that steps through a function's run, and marks each step's line in the table. Without this file the first
// steps are a list.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make } = heapbook;

    /** @param {HTMLInputElement} slider @param {number} distance @param {string} label */
    function stepButton(slider, distance, label) {
        return heapbook.button("hb-tab", label, () => {
            slider.valueAsNumber += distance;
            slider.dispatchEvent(new Event("input"));
        });
    }

    /** The rows of the table that a list of steps stands in, by the numbers of their lines.
     * @param {Element} details */
    function rowsByLine(details) {
        /** @type {NodeListOf<HTMLElement> | undefined} */
        const rows = details.closest("table")?.querySelectorAll("tr[data-line]");
        return new Map([...(rows ?? [])].map((row) => [Number(row.dataset.line), row]));
    }

    /** @param {HTMLDetailsElement} details */
    function prepareSteps(details) {
        const steps = (details.dataset.steps ?? "").split(" ").map((step) => step.split(":").map(Number));
        const rows = rowsByLine(details);
        const slider = make("input", "");
        slider.type = "range";
        slider.min = "1";
        slider.max = String(steps.length);
        slider.value = "1";
        slider.setAttribute("aria-label", "Step");
        const words = make("output", "");
        const back = stepButton(slider, -1, "Back");
        const controls = make("div", "hb-controls", back, stepButton(slider, 1, "Next"), slider, words);
        /** @type {HTMLElement | null | undefined} */
        let marked = null;
        const show = () => {
            const [line = 0, live = 0] = steps[slider.valueAsNumber - 1] ?? [];
            marked?.classList.remove("hb-now");
            marked = details.open ? rows.get(line) : null;
            marked?.classList.add("hb-now");
            const bytes = live.toLocaleString("en");
            words.value = `Step ${slider.value} of ${steps.length}: after line ${line}, ${bytes} bytes live`;
        };
        slider.addEventListener("input", show);
        details.addEventListener("toggle", show);
        heapbook.keepKeys(controls);
        details.querySelector("ol")?.replaceWith(controls);
        show();
    }

    /** @type {NodeListOf<HTMLDetailsElement>} */
    const found = document.querySelectorAll("details.hb-steps");
    found.forEach(prepareSteps);
})();
