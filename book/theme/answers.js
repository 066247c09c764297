// What a reader has answered, and when a question comes back: a wrong one after a day, then after a week, then after a
// month; one that was right at first not at all.

(() => {
    "use strict";

    const { heapbook } = window;
    const { store } = heapbook;

    const KEPT = "heapbook-answers";
    const DAY = 24 * 60 * 60 * 1000;

    /** Days until a question comes back, by how often it was right since it was wrong. */
    const DAYS = [1, 7, 30];

    /** @param {unknown} value @returns {value is Answer} */
    function isAnswer(value) {
        const answer = /** @type {Partial<Answer> | null} */ (value);
        return (
            typeof answer === "object" &&
            typeof answer?.right === "boolean" &&
            (answer.due === null || Number.isFinite(answer.due)) &&
            Number.isFinite(answer.step)
        );
    }

    /** @param {string} key */
    function of(key) {
        const answer = store.readObject(KEPT)[key];
        return isAnswer(answer) ? answer : null;
    }

    /**
     * The step of a question, and when it is due.
     * @param {Answer | null} before
     * @param {boolean} right
     * @param {number} now
     * @returns {{ step: number, due: number | null }}
     */
    function schedule(before, right, now) {
        if (!right) {
            return { step: 0, due: now + DAY };
        }
        if (!before || before.due === null) {
            return { step: before?.step ?? DAYS.length, due: null };
        }
        // Who answers again at once still has the answer before their eyes: that shows nothing.
        if (now < before.due) {
            return { step: before.step, due: before.due };
        }
        const step = before.step + 1;
        const days = DAYS[step];
        return { step, due: days === undefined ? null : now + days * DAY };
    }

    /** @type {Answers["record"]} */
    function record(key, right, first) {
        const at = heapbook.now();
        const answer = { right, first, at, ...schedule(of(key), right, at) };
        store.writeObject(KEPT, { ...store.readObject(KEPT), [key]: answer });
        return answer;
    }

    /** @param {string} key */
    function isDue(key) {
        const due = of(key)?.due ?? null;
        return due !== null && due <= heapbook.now();
    }

    /** The keys of all that is due. */
    function due() {
        return Object.keys(store.readObject(KEPT)).filter(isDue);
    }

    /** @param {number} moment */
    function whenDue(moment) {
        const days = Math.ceil((moment - heapbook.now()) / DAY);
        return days <= 0 ? "now" : days === 1 ? "tomorrow" : `in ${days} days`;
    }

    heapbook.answers = { of, record, isDue, due, whenDue };
})();
