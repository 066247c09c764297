// The page that holds every question of the book shows those that are due, one after another.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make, answers, questions } = heapbook;

    /** @param {Element} review */
    function prepare(review) {
        /** @type {NodeListOf<HTMLElement>} */
        const found = review.querySelectorAll("article[data-lesson]");
        const articles = [...found];
        const queue = articles.filter(isDue);
        const lead = make("p", "hb-review-lead");
        lead.tabIndex = -1;
        const next = heapbook.button("hb-button hb-review-next", "Next question", () => {
            shown += 1;
            show();
            lead.focus();
        });
        let shown = 0;

        const show = () => {
            const current = queue[shown];
            articles.forEach((article) => (article.hidden = article !== current));
            next.hidden = true;
            if (current) {
                sectionsOf(current).forEach(prepareSection);
                lead.replaceChildren(...leadOf(current, shown + 1, queue.length));
            } else {
                lead.replaceChildren(closing(questions.keysOf(review), queue.length > 0));
            }
        };
        review.prepend(lead);
        review.append(next);
        document.addEventListener("heapbook:answer", () => {
            next.hidden = queue[shown] === undefined;
            next.textContent = shown + 1 < queue.length ? "Next question" : "Done";
        });
        show();
    }

    /** @param {Element} article @returns {HTMLElement[]} */
    function sectionsOf(article) {
        return [...article.querySelectorAll(".hb-question")].filter((section) => section instanceof HTMLElement);
    }

    /** A question that withdrew itself for the chosen Python cannot be asked, whatever is remembered of it.
     * @param {Element} article */
    function isDue(article) {
        return sectionsOf(article).some((section) => {
            const isAsked = !section.classList.contains("hb-withdrawn") && !section.closest(".hb-choice[hidden]");
            return isAsked && answers.isDue(section.dataset.key ?? "");
        });
    }

    /** What is due is asked anew; what stands beside it and is not due is left out.
     * @param {HTMLElement} section */
    function prepareSection(section) {
        const isAsked = answers.isDue(section.dataset.key ?? "");
        section.hidden = !isAsked;
        if (isAsked) {
            questions.again(section);
        }
    }

    /** @param {HTMLElement} article @param {number} number @param {number} count */
    function leadOf(article, number, count) {
        const { lesson = "", title = lesson } = article.dataset;
        const link = make("a", "", title);
        link.href = heapbook.root() + lesson;
        return [`Question ${number} of ${count}, from `, link];
    }

    /** @param {string[]} keys @param {boolean} hasAnswered */
    function closing(keys, hasAnswered) {
        const dues = keys.map((key) => answers.of(key)?.due ?? null).filter((due) => due !== null);
        const begin = hasAnswered ? "That’s all for now." : "Nothing to review right now.";
        if (dues.length > 0) {
            return `${begin} The next question comes back ${answers.whenDue(Math.min(...dues))}.`;
        }
        return `${begin} When you get a question wrong in a lesson, it comes back here the next day.`;
    }

    for (const review of document.querySelectorAll(".hb-review")) {
        if (heapbook.isPrintPage()) {
            review.classList.add("hb-review-all");
        } else {
            prepare(review);
        }
    }
})();
