// What all kinds of questions share: the first answer counts and is remembered, the folded answer becomes a button, and
// who comes back sees what they answered.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make, answers } = heapbook;

    /** @type {Map<Element, (past: Given | undefined) => void>} */
    const beginners = new Map();

    /** @param {Element} section @param {string} selector @returns {HTMLElement | null} */
    function find(section, selector) {
        return section.querySelector(selector);
    }

    /** What the folded answer holds beside the reasons, which stand with their options.
     * @param {Element | null} details */
    function rest(details) {
        const all = [...(details?.children ?? [])];
        return all.filter((child) => !child.matches("summary, .hb-reasons"));
    }

    /** @param {HTMLElement} section @param {string} key @param {Kind} kind */
    function prepare(section, key, kind) {
        const details = find(section, ".hb-answer");
        const asServed = find(section, ".hb-options");
        // Buttons for copying stand over code by now; a copy of them would do nothing.
        asServed?.querySelectorAll(".buttons").forEach((buttons) => buttons.remove());
        const pristine = asServed?.cloneNode(true);
        const stage = make("div", "hb-stage");
        const told = make("div", "hb-told-box", ...rest(details));
        const note = make("span", "hb-note");
        const status = make("p", "hb-spoken");
        status.setAttribute("role", "status");
        let isCommitted = false;
        let isBeginning = true;
        let isFinished = false;
        let reveal = () => {};

        /** @type {Question} */
        const question = {
            section,
            ask: find(section, ".hb-ask"),
            options: asServed,
            reasons: [...section.querySelectorAll(".hb-reasons > li")],
            stage,
            commit(right, first) {
                if (!isCommitted) {
                    isCommitted = true;
                    const { due } = answers.record(key, right, first);
                    note.textContent = comesBack(due);
                    const detail = { key, section };
                    document.dispatchEvent(new CustomEvent("heapbook:answer", { detail }));
                }
            },
            finish() {
                isFinished = true;
                told.hidden = false;
                button.textContent = "Again";
                // What was pressed may be gone by now; the keyboard goes on from here.
                if (!isBeginning && !isOnPage(document.activeElement)) {
                    button.focus();
                }
            },
            say(words) {
                status.textContent = words;
            },
        };

        const button = heapbook.button("hb-button hb-turn", "", (event) => {
            // The second click of a double one is meant for the answer, not for its end.
            if (event.detail > 1) {
                return;
            }
            if (isFinished) {
                again();
            } else {
                giveUp();
            }
        });
        const giveUp = () => {
            question.commit(false, null);
            reveal();
            question.finish();
            question.say(told.textContent || "The answer is shown.");
        };
        const again = () => {
            begin(undefined);
            firstControl(section)?.focus();
        };

        /** @param {Given | undefined} past */
        const begin = (past) => {
            isBeginning = true;
            isCommitted = past !== undefined;
            isFinished = false;
            told.hidden = true;
            note.textContent = "";
            status.textContent = "";
            button.textContent = "Show the answer";
            if (pristine && question.options) {
                const fresh = /** @type {HTMLElement} */ (pristine.cloneNode(true));
                question.options.replaceWith(fresh);
                question.options = fresh;
            }
            reveal = kind.show(question, past);
            if (past !== undefined) {
                const words = past === null ? "You looked this one up." : kind.words(question, past);
                reveal();
                question.finish();
                question.say("");
                note.textContent = [words, comesBack(answers.of(key)?.due ?? null)].filter(Boolean).join(" ");
            }
            isBeginning = false;
        };

        section.classList.add("hb-live");
        if (details) {
            details.hidden = true;
        }
        section.append(stage, told, make("div", "hb-bar", button, note), status);
        heapbook.keepKeys(section);
        beginners.set(section, begin);
        begin(answers.of(key)?.first);
    }

    /** @param {number | null} due */
    function comesBack(due) {
        if (due === null) {
            return "";
        }
        return due <= heapbook.now() ? "It’s due for review." : `It comes back for review ${answers.whenDue(due)}.`;
    }

    /** @param {Element | null} element */
    function isOnPage(element) {
        return element instanceof HTMLElement && element !== document.body && element.offsetParent !== null;
    }

    /** @param {Element} section @returns {HTMLElement | null} */
    function firstControl(section) {
        return find(section, "[role=radio][tabindex='0'], .hb-options button, .hb-stage input");
    }

    /** The other alternatives of a question show what was answered in the one that was on the page.
     * @param {Event} event */
    function onAnswer(event) {
        const { key, section } = /** @type {CustomEvent<{ key: string, section: Element }>} */ (event).detail;
        for (const [other, begin] of beginners) {
            if (other !== section && other instanceof HTMLElement && other.dataset.key === key) {
                begin(answers.of(key)?.first);
            }
        }
    }

    heapbook.questions = {
        keysOf(container) {
            /** @type {NodeListOf<HTMLElement>} */
            const sections = container.querySelectorAll(".hb-question[data-key]:not(.hb-withdrawn)");
            return [...new Set([...sections].map(({ dataset }) => dataset.key ?? ""))].filter(Boolean);
        },
        again(section) {
            beginners.get(section)?.(undefined);
        },
    };

    if (heapbook.isPrintPage()) {
        return;
    }
    /** @type {NodeListOf<HTMLElement>} */
    const sections = document.querySelectorAll(".hb-question:not(.hb-withdrawn)");
    for (const section of sections) {
        const { key, kind } = section.dataset;
        const known = heapbook.kinds[kind ?? ""];
        // A kind that this file does not know stays readable as it was served.
        if (key && known) {
            prepare(section, key, known);
        }
    }
    document.addEventListener("heapbook:answer", onAnswer);
})();
