// How far a reader has come: in the list of lessons, and in a line at each lesson's end, which says what comes next.

(() => {
    "use strict";

    const { heapbook } = window;
    const { store, make, answers, questions, plural } = heapbook;

    const READ = "heapbook-read";

    /** @param {string | undefined} list */
    function words(list) {
        return (list ?? "").split(" ").filter(Boolean);
    }

    /** @param {string[]} keys */
    function countAnswered(keys) {
        return keys.filter((key) => answers.of(key)).length;
    }

    /** @param {string} text @param {boolean} isDone */
    function state(text, isDone) {
        return make("span", isDone ? "hb-state hb-state-done" : "hb-state", isDone ? `✓ ${text}` : text);
    }

    /** What a reader has done of one lesson.
     * @param {HTMLElement} item */
    function statesOf(item) {
        const { lesson = "", keys, exercise, state: known } = item.dataset;
        const all = words(keys);
        const answered = countAnswered(all);
        const isRead = lesson in store.readObject(READ);
        const states = [state(isRead ? "read" : "not read yet", isRead)];
        if (all.length > 0) {
            states.push(state(`${answered} of ${all.length} answered`, answered === all.length));
        }
        if (exercise !== undefined) {
            const isSolved = known === "solved";
            states.push(state(isSolved ? "exercise solved" : known ? "exercise begun" : "exercise open", isSolved));
        }
        return states;
    }

    /** @param {HTMLElement[]} items */
    function summary(items) {
        const read = store.readObject(READ);
        const keys = [...new Set(items.flatMap((item) => words(item.dataset.keys)))];
        const isRead = (/** @type {HTMLElement} */ item) => (item.dataset.lesson ?? "") in read;
        const done = `${items.filter(isRead).length} of ${plural(items.length, "lesson")} read, `;
        const answered = `${countAnswered(keys)} of ${plural(keys.length, "question")} answered.`;
        const next = items.find((item) => !isRead(item));
        return [done + answered, ...(next ? [" Go on with ", linkTo(next), "."] : [])];
    }

    /** @param {HTMLElement} item */
    function linkTo(item) {
        const link = make("a", "", titles.get(item) ?? "the next lesson");
        link.href = heapbook.root() + (item.dataset.lesson ?? "");
        return link;
    }

    /** The lessons' titles, before anything is added to them. @type {Map<HTMLElement, string>} */
    const titles = new Map();

    function prepareList() {
        /** @type {NodeListOf<HTMLElement>} */
        const found = document.querySelectorAll(".hb-progress > li");
        const items = [...found];
        const first = document.querySelector(".hb-progress");
        if (!first) {
            return;
        }
        const line = make("p", "hb-progress-summary");
        const places = items.map((item) => {
            titles.set(item, (item.querySelector("a") ?? item).textContent?.trim() ?? "");
            // Served is what the build knew of the exercise; the same is said beside the rest.
            const place = item.querySelector(".hb-states") ?? make("span", "hb-states");
            item.append(" ", place);
            return place;
        });
        const show = () => {
            line.replaceChildren(...summary(items));
            items.forEach((item, index) => places[index]?.replaceChildren(...statesOf(item)));
        };
        first.before(line);
        show();
        document.addEventListener("heapbook:reset", show);
    }

    function isLesson() {
        const isList = document.querySelector(".hb-review, .hb-progress") !== null;
        return !isList && document.querySelector(".hb-whose, .hb-question") !== null;
    }

    /** The title of a page, from the list of chapters in the sidebar.
     * @param {string} address */
    function titleOf(address) {
        /** @type {NodeListOf<HTMLAnchorElement>} */
        const chapters = document.querySelectorAll(".chapter a[href]");
        return [...chapters].find((link) => link.href === address)?.textContent?.trim();
    }

    /** @returns {(Node | string)[]} */
    function nextPage() {
        const next = document.querySelector("a[rel~=next]");
        if (!(next instanceof HTMLAnchorElement)) {
            return [];
        }
        const link = make("a", "", titleOf(next.href) ?? "the next page");
        link.href = next.href;
        return [" Next: ", link];
    }

    function answeredHere() {
        const keys = questions.keysOf(document);
        const answered = countAnswered(keys);
        if (keys.length === 0) {
            return "That’s the end of this lesson.";
        }
        if (answered === keys.length) {
            return `You’ve answered ${keys.length === 1 ? "the question" : `all ${keys.length} questions`} here.`;
        }
        return `You’ve answered ${answered} of ${plural(keys.length, "question")} here.`;
    }

    /** @returns {(Node | string)[]} */
    function dueForReview() {
        /** @type {HTMLAnchorElement | null} */
        const page = document.querySelector(".chapter a[href$='review.html']");
        const count = answers.due().length;
        if (!page || count === 0) {
            return [];
        }
        const link = make("a", "", `${plural(count, "question")} to review`);
        link.href = page.href;
        return [" You have ", link, "."];
    }

    function prepareEnd() {
        const main = document.querySelector("main");
        if (!main || heapbook.isPrintPage() || !isLesson()) {
            return;
        }
        const line = make("p", "hb-next");
        const show = () => line.replaceChildren(answeredHere(), ...dueForReview(), ...nextPage());
        main.append(line);
        show();
        document.addEventListener("heapbook:answer", show);
        const observer = new IntersectionObserver((entries) => {
            if (entries.some((entry) => entry.isIntersecting)) {
                observer.disconnect();
                store.writeObject(READ, { ...store.readObject(READ), [heapbook.here()]: heapbook.now() });
            }
        });
        observer.observe(line);
    }

    prepareList();
    prepareEnd();
})();
