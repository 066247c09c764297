// Questions of order: the reader moves items up and down, and has the order checked as often as it takes.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make } = heapbook;

    /**
     * @typedef {{
     *     item: HTMLElement, up: HTMLButtonElement, down: HTMLButtonElement, mark: HTMLElement,
     *     place: number, index: number,
     * }} Entry
     */

    /**
     * @param {HTMLElement} item
     * @param {number} index
     * @param {(entry: Entry, by: number) => void} move
     * @returns {Entry}
     */
    function prepare(item, index, move) {
        const name = item.textContent?.trim() ?? "";
        const up = heapbook.button("hb-button hb-move", "↑", () => move(entry, -1));
        const down = heapbook.button("hb-button hb-move", "↓", () => move(entry, 1));
        up.setAttribute("aria-label", `Move up: ${name}`);
        down.setAttribute("aria-label", `Move down: ${name}`);
        const mark = make("span", "hb-order-mark");
        const content = make("div", "hb-order-content", ...item.childNodes);
        item.append(make("div", "hb-order", content, mark, make("span", "hb-moves", up, down)));
        const entry = { item, up, down, mark, place: Number(item.dataset.place), index };
        item.addEventListener("keydown", (event) => {
            if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
                event.preventDefault();
                move(entry, event.key === "ArrowUp" ? -1 : 1);
            }
        });
        return entry;
    }

    /** Which of them stand where they belong. Equal places may stand in either order.
     * @param {Entry[]} entries */
    function inPlace(entries) {
        const places = entries.map(({ place }) => place).sort((a, b) => a - b);
        return entries.map(({ place }, index) => place === places[index]);
    }

    /** A button at the end of its way keeps the focus, and says that it does nothing.
     * @param {Entry[]} entries */
    function setEnds(entries) {
        entries.forEach(({ up, down }, index) => {
            up.setAttribute("aria-disabled", String(index === 0));
            down.setAttribute("aria-disabled", String(index === entries.length - 1));
        });
    }

    /** @param {Entry} entry @param {boolean | null} right */
    function markEntry({ item, mark }, right) {
        item.classList.toggle("hb-is-right", right === true);
        item.classList.toggle("hb-is-wrong", right === false);
        mark.className = `hb-order-mark ${right === false ? "hb-bad-word" : "hb-good-word"}`;
        mark.textContent = right === null ? "" : right ? "✓ here" : "✗ not here";
    }

    /** @type {Kind["show"]} */
    function show(question, past) {
        const list = question.options;
        if (!list) {
            return () => {};
        }
        /** @type {Entry[]} */
        let entries = [];

        /** @param {Entry[]} order */
        const arrange = (order) => {
            entries = order;
            list.append(...order.map(({ item }) => item));
            setEnds(order);
        };
        /** @param {Entry} entry @param {number} by */
        const move = (entry, by) => {
            const from = entries.indexOf(entry);
            const other = entries[from + by];
            if (!other || check.hidden) {
                return;
            }
            const focused = document.activeElement;
            // The neighbour moves, so that what has the focus stays in the page.
            if (by < 0) {
                entry.item.after(other.item);
            } else {
                entry.item.before(other.item);
            }
            entries.splice(from, 1);
            entries.splice(from + by, 0, entry);
            setEnds(entries);
            entries.forEach((one) => markEntry(one, null));
            if (focused instanceof HTMLElement) {
                focused.focus();
            }
            question.say(`Now number ${from + by + 1} of ${entries.length}.`);
        };
        const judge = () => {
            const right = inPlace(entries);
            entries.forEach((entry, index) => markEntry(entry, right[index] === true));
            return right;
        };
        const take = () => {
            const right = judge();
            const wrong = right.filter((one) => !one).length;
            question.commit(wrong === 0, entries.map(({ index }) => index));
            const misplaced = `${heapbook.plural(wrong, "item")} in the wrong place. Move them, and check again.`;
            question.say(wrong === 0 ? "Right." : misplaced);
            if (wrong === 0) {
                close();
                question.finish();
            }
        };
        const check = heapbook.button("hb-button", "Check", take);
        const close = () => {
            check.hidden = true;
            entries.forEach(({ up, down }) => {
                up.hidden = true;
                down.hidden = true;
            });
        };

        const items = /** @type {HTMLElement[]} */ ([...list.children]);
        const served = items.map((item, index) => prepare(item, index, move));
        arrange(served);
        question.stage.replaceChildren(check);
        const before = arranged(served, past);
        if (before) {
            arrange(before);
            judge();
            return close;
        }
        return () => {
            arrange([...entries].sort((a, b) => a.place - b.place));
            judge();
            close();
        };
    }

    /** The items as a reader had put them; none if the question has others today.
     * @param {Entry[]} entries @param {Given | undefined} past @returns {Entry[] | null} */
    function arranged(entries, past) {
        if (!Array.isArray(past) || past.length !== entries.length) {
            return null;
        }
        const order = past.map((index) => entries[index]).filter((entry) => entry !== undefined);
        return new Set(order).size === entries.length ? order : null;
    }

    /** @type {Kind["words"]} */
    function words(question, past) {
        if (!Array.isArray(past)) {
            return "";
        }
        const isRight = question.options?.querySelector(".hb-is-wrong") === null;
        return isRight ? "You had it right." : "You put them like this.";
    }

    heapbook.kinds.order = { show, words };
})();
