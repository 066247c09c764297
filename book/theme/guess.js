// Questions of how many times as large: a slider on a log scale, and a field for who would rather type. The true number
// is told in any case.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make } = heapbook;

    /** Positions of the slider for a factor of 10. */
    const FINE = 100;
    const DECADES = 3;
    /** A guess within this factor is close enough. */
    const NEAR = 2;

    /** Two digits are as many as anyone guesses. @param {number} value */
    function round(value) {
        return Number(value.toPrecision(2));
    }

    /** @param {number} value */
    function shown(value) {
        const digits = value < 100 ? 3 : Math.ceil(Math.log10(value));
        return Number(value.toPrecision(digits)).toLocaleString("en");
    }

    /** Factors below 1 are guessed, and told, as 1 over something: nobody thinks in 0.024.
     * @param {number} factor @param {boolean} isPart */
    function asTold(factor, isPart) {
        return isPart ? `1/${shown(1 / factor)}` : `${shown(factor)} times`;
    }

    /** @param {boolean} isPart */
    function controls(isPart) {
        const slider = make("input", "");
        slider.type = "range";
        slider.min = String(isPart ? -DECADES * FINE : 0);
        slider.max = String(isPart ? 0 : DECADES * FINE);
        slider.value = "0";
        slider.setAttribute("aria-label", isPart ? "What part of it" : "How many times");
        const field = make("input", "");
        field.type = "number";
        field.min = "1";
        field.step = "any";
        field.value = "1";
        field.inputMode = "decimal";
        field.setAttribute("aria-label", isPart ? "1 divided by" : "times");
        const follow = () => {
            slider.setAttribute("aria-valuetext", isPart ? `1/${field.value}` : `${field.value} times`);
        };
        slider.addEventListener("input", () => {
            field.value = String(round(10 ** (Math.abs(slider.valueAsNumber) / FINE)));
            follow();
        });
        field.addEventListener("input", () => {
            if (field.valueAsNumber > 0) {
                slider.valueAsNumber = (isPart ? -1 : 1) * FINE * Math.log10(field.valueAsNumber);
                follow();
            }
        });
        follow();
        return { slider, field };
    }

    /** @param {boolean} isPart */
    function scale(isPart) {
        const marks = [1, 10, 100, 1000].map((mark) => (isPart && mark > 1 ? "1/" : "") + shown(mark));
        const ordered = isPart ? marks.reverse() : marks;
        const line = make("div", "hb-guess-scale", ...ordered.map((mark) => make("span", "", mark)));
        line.setAttribute("aria-hidden", "true");
        return line;
    }

    /** @param {number} guess @param {number} truth */
    function isNear(guess, truth) {
        return guess / truth <= NEAR && truth / guess <= NEAR;
    }

    /** @param {number} guess @param {number} truth */
    function verdict(guess, truth) {
        const told = asTold(truth, truth < 1);
        if (isNear(guess, truth)) {
            return `Close: it is ${told}.`;
        }
        return `Too ${guess < truth ? "small" : "large"}: it is ${told}.`;
    }

    /** @type {Kind["show"]} */
    function show(question, past) {
        const truth = Number(question.section.dataset.times);
        const isPart = truth < 1;
        const { slider, field } = controls(isPart);
        const reply = make("p", "hb-reply");
        reply.hidden = true;

        /** @param {string} words @param {string} [className] */
        const say = (words, className = "") => {
            reply.replaceChildren(make("strong", className, words));
            reply.hidden = false;
            question.say(words);
        };
        /** @param {number} guess */
        const tell = (guess) => {
            const near = isNear(guess, truth);
            say(`${near ? "✓" : "✗"} ${verdict(guess, truth)}`, near ? "hb-good-word" : "hb-bad-word");
        };
        const close = () => {
            slider.disabled = true;
            field.disabled = true;
            answer.hidden = true;
        };
        const take = () => {
            const given = field.valueAsNumber;
            if (!(given > 0)) {
                say("Give a number above 0.");
                field.focus();
                return;
            }
            const guess = isPart ? 1 / given : given;
            question.commit(isNear(guess, truth), guess);
            tell(guess);
            close();
            question.finish();
        };
        const answer = heapbook.button("hb-button", "Answer", take);
        field.addEventListener("keydown", (event) => {
            if (event.key === "Enter") {
                event.preventDefault();
                take();
            }
        });

        const typed = make("span", "hb-guess-field", isPart ? "1/" : "", field, isPart ? "" : " times");
        const track = make("div", "hb-guess-track", slider, scale(isPart));
        question.stage.replaceChildren(make("div", "hb-guess", track, typed, answer), reply);
        if (typeof past === "number") {
            field.value = String(round(isPart ? 1 / past : past));
            field.dispatchEvent(new Event("input"));
            tell(past);
        }
        return () => {
            if (typeof past !== "number") {
                say(`It is ${asTold(truth, isPart)}.`);
            }
            close();
        };
    }

    /** @type {Kind["words"]} */
    function words(question, past) {
        if (typeof past !== "number") {
            return "";
        }
        return `You answered ${asTold(past, Number(question.section.dataset.times) < 1)}.`;
    }

    heapbook.kinds.times = { show, words };
})();
