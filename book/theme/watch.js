// A small run, one step at a time: a slider, buttons, and the line in hand marked in the program. Without this file the
// steps stand one below the other.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make } = heapbook;

    /** Marks one of several as the present one.
     * @param {Iterable<Element>} all @param {(element: Element) => boolean} isNow */
    function mark(all, isNow) {
        for (const element of all) {
            element.classList.toggle("hb-now", isNow(element));
        }
    }

    /** @param {HTMLElement} figure @param {HTMLDetailsElement} details */
    function prepare(figure, details) {
        /** @type {HTMLElement[]} */
        const steps = [...details.querySelectorAll("li")];
        /** @type {HTMLElement[]} */
        const lines = [...figure.querySelectorAll(".hb-watch-code li")].filter((line) => line instanceof HTMLElement);
        const slider = make("input", "");
        slider.type = "range";
        slider.min = "0";
        slider.max = String(steps.length - 1);
        slider.value = "0";
        slider.setAttribute("aria-label", "Step");
        const words = make("output", "");
        const spoken = make("p", "hb-spoken");
        spoken.setAttribute("aria-live", "polite");
        const back = heapbook.button("hb-tab", "Back", () => move(-1));
        const next = heapbook.button("hb-tab", "Next", () => move(1));

        function show() {
            const now = slider.valueAsNumber;
            const step = steps[now];
            mark(steps, (one) => one === step);
            mark(lines, (line) => line instanceof HTMLElement && line.dataset.line === (step?.dataset.line ?? ""));
            words.value = `${now + 1} of ${steps.length}`;
            const said = step?.querySelector("p")?.textContent ?? "";
            slider.setAttribute("aria-valuetext", `Step ${words.value}`);
            back.disabled = now === 0;
            next.disabled = now === steps.length - 1;
            return said;
        }

        /** @param {number} distance */
        function move(distance) {
            const focused = document.activeElement;
            slider.valueAsNumber += distance;
            spoken.textContent = show();
            // A button that is disabled under the keyboard's focus would lose it.
            if ((focused === back && back.disabled) || (focused === next && next.disabled)) {
                slider.focus();
            }
        }

        const controls = make("div", "hb-controls", back, next, slider, words);
        slider.addEventListener("input", () => {
            spoken.textContent = show();
        });
        controls.addEventListener("keydown", (event) => {
            const distance = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
            if (distance && event.target !== slider) {
                event.preventDefault();
                move(distance);
            }
        });
        heapbook.keepKeys(controls);
        details.open = true;
        details.querySelector("ol")?.before(controls, spoken);
        figure.classList.add("hb-stepped");
        show();
    }

    if (heapbook.isPrintPage()) {
        return;
    }
    /** @type {NodeListOf<HTMLElement>} */
    const figures = document.querySelectorAll(".hb-watch");
    for (const figure of figures) {
        const details = figure.querySelector("details");
        if (details) {
            prepare(figure, details);
        }
    }
})();
