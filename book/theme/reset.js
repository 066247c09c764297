// Forgetting: a button below the list of lessons, which asks once, in the page.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make } = heapbook;

    const WARNING =
        "This browser will forget what you’ve read and answered, and which figures and Python you chose. " +
        "Your exercises are files of yours: they stay.";

    /** @param {Element} list */
    function prepare(list) {
        const status = make("p", "hb-reset-said");
        status.setAttribute("role", "status");
        const ask = heapbook.button("hb-button", "Reset", () => setAsking(true));
        const keep = heapbook.button("hb-button", "Keep it", () => setAsking(false));
        const forget = heapbook.button("hb-button hb-danger", "Forget it all", () => {
            heapbook.store.clear();
            setAsking(false);
            document.dispatchEvent(new CustomEvent("heapbook:reset"));
            status.textContent = "Done: nothing is remembered.";
        });
        const warning = make("p", "", WARNING);
        warning.id = "hb-reset-warning";
        const question = make("div", "hb-reset-question", warning, forget, keep);
        question.setAttribute("role", "group");
        question.setAttribute("aria-labelledby", warning.id);
        question.hidden = true;

        /** @param {boolean} isAsking */
        const setAsking = (isAsking) => {
            question.hidden = !isAsking;
            ask.hidden = isAsking;
            status.textContent = "";
            (isAsking ? keep : ask).focus();
        };
        const place = make("div", "hb-reset", ask, question, status);
        place.addEventListener("keydown", (event) => {
            if (event.key === "Escape" && !question.hidden) {
                setAsking(false);
            }
        });
        heapbook.keepKeys(place);
        list.after(place);
    }

    const lists = document.querySelectorAll(".hb-progress");
    const last = lists[lists.length - 1];
    if (last && !heapbook.isPrintPage()) {
        prepare(last);
    }
})();
