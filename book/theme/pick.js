// Questions with options of which one is right. A wrong one is struck and refuted, and the others stay open.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make } = heapbook;

    const LETTERS = "ABCDEFGHIJ";

    /** @typedef {{ radio: HTMLElement, reply: HTMLElement, isRight: boolean, reason: Element | undefined }} Option */

    /** A button holds no link, and nothing else that the keyboard stops at.
     * @param {Element} item */
    function clear(item) {
        item.querySelectorAll("a").forEach((link) => link.replaceWith(...link.childNodes));
        item.querySelectorAll("[tabindex]").forEach((stop) => stop.removeAttribute("tabindex"));
    }

    /** An item's content becomes what is pressed; what is said of it stands below, outside the button.
     * @param {Element} item @param {Element | undefined} reason @returns {Option} */
    function prepare(item, reason) {
        clear(item);
        item.setAttribute("role", "none");
        const radio = make("div", "hb-option", ...item.childNodes);
        radio.setAttribute("role", "radio");
        radio.setAttribute("aria-checked", "false");
        const reply = make("div", "hb-reply");
        reply.hidden = true;
        item.append(radio, reply);
        return { radio, reply, isRight: item.hasAttribute("data-right"), reason };
    }

    /** Says of an option whether it is right, and why.
     * @param {Option} option @param {string} word */
    function judge({ radio, reply, isRight, reason }, word) {
        radio.setAttribute("aria-disabled", "true");
        radio.classList.add(isRight ? "hb-is-right" : "hb-is-wrong");
        const verdict = make("strong", isRight ? "hb-good-word" : "hb-bad-word", `${isRight ? "✓" : "✗"} ${word}`);
        const why = [...(reason?.childNodes ?? [])].map((node) => node.cloneNode(true));
        reply.replaceChildren(verdict, " ", ...why);
        reply.hidden = false;
    }

    /** @param {Option} option */
    function inWords({ isRight, reason }) {
        return `${isRight ? "Right" : "Wrong"}. ${reason?.textContent ?? ""}`;
    }

    /** Arrow keys move between options that are still open, Enter or Space takes one.
     * @param {KeyboardEvent} event @param {Option[]} options @param {(option: Option) => void} take */
    function onKey(event, options, take) {
        const here = options.findIndex(({ radio }) => radio === event.target);
        const option = options[here];
        if (!option || event.altKey || event.ctrlKey || event.metaKey) {
            return;
        }
        if (event.key === "Enter" || event.key === " ") {
            event.preventDefault();
            take(option);
            return;
        }
        const target = neighbour(event.key, here, options);
        if (target) {
            event.preventDefault();
            moveTo(target, options);
        }
    }

    /** @param {string} key @param {number} here @param {Option[]} options @returns {Option | undefined} */
    function neighbour(key, here, options) {
        const after = [...options.slice(here + 1), ...options.slice(0, here)].filter(isOpen);
        switch (key) {
            case "ArrowRight":
            case "ArrowDown":
                return after[0];
            case "ArrowLeft":
            case "ArrowUp":
                return after[after.length - 1];
            case "Home":
                return options.find(isOpen);
            case "End":
                return options.filter(isOpen).pop();
            default:
                return undefined;
        }
    }

    /** @param {Option} option */
    function isOpen({ radio }) {
        return radio.getAttribute("aria-disabled") !== "true";
    }

    /** @param {Option} target @param {Option[]} options */
    function moveTo(target, options) {
        setTabStop(target, options);
        target.radio.focus();
    }

    /** One stop for the whole group, as for any radio buttons.
     * @param {Option | undefined} target @param {Option[]} options */
    function setTabStop(target, options) {
        for (const option of options) {
            option.radio.tabIndex = option === target ? 0 : -1;
        }
    }

    /** @type {Kind["show"]} */
    function show(question, past) {
        const list = question.options;
        if (!list) {
            return () => {};
        }
        list.setAttribute("role", "radiogroup");
        list.setAttribute("aria-labelledby", question.ask?.id ?? "");
        const options = [...list.children].map((item, index) => prepare(item, question.reasons[index]));
        setTabStop(options[0], options);

        /** @param {Option} chosen */
        const check = (chosen) => {
            options.forEach((option) => option.radio.setAttribute("aria-checked", String(option === chosen)));
        };
        /** All that is still open is explained, and nothing can be chosen any more. */
        const reveal = () => {
            options.filter(isOpen).forEach((option) => judge(option, option.isRight ? "The answer" : "No"));
            setTabStop(undefined, options);
        };
        /** @param {Option} option */
        const take = (option) => {
            if (!isOpen(option)) {
                return;
            }
            check(option);
            judge(option, option.isRight ? "Right" : "Wrong");
            question.commit(option.isRight, options.indexOf(option));
            question.say(inWords(option));
            if (option.isRight) {
                reveal();
                question.finish();
            } else {
                // The group is still one stop, from where the arrow keys lead on.
                setTabStop(option, options);
            }
        };
        for (const option of options) {
            option.radio.addEventListener("click", () => take(option));
        }
        list.addEventListener("keydown", (event) => onKey(event, options, take));

        const before = typeof past === "number" ? options[past] : undefined;
        if (before) {
            check(before);
            judge(before, before.isRight ? "Right" : "Wrong");
        }
        return reveal;
    }

    /** @type {Kind["words"]} */
    function words(question, past) {
        const chosen = typeof past === "number" ? question.options?.children[past] : undefined;
        if (!chosen) {
            return "";
        }
        const letter = LETTERS[Number(past)] ?? "";
        return `You answered ${letter}: ${chosen.hasAttribute("data-right") ? "right" : "wrong"}.`;
    }

    const kind = { show, words };
    heapbook.kinds.which = kind;
    heapbook.kinds.grows = kind;
    heapbook.kinds.why = kind;
})();
