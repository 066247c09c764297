// Questions of how many times as large: a slider on a log scale, and a field for who would rather type. The true number
// is told in any case.

(() => {
    "use strict";

    const { heapbook } = window;
    const { make } = heapbook;

    /** Positions of the slider for a factor of 10. */
    const FINE = 100;
    const DECADES = 3;
    /** A guess within this factor is close enough; 1 is none at 2. */
    const NEAR = 1.5;

    /** Two digits are as many as anyone guesses. @param {number} value */
    function round(value) {
        return Number(value.toPrecision(2));
    }

    /** @param {number} value */
    function shown(value) {
        const digits = value < 100 ? 3 : Math.ceil(Math.log10(value));
        return Number(value.toPrecision(digits)).toLocaleString("en");
    }

    /** Small factors are told as 1 over something: nobody thinks in 0.024.
     * @param {number} factor */
    function asTold(factor) {
        return factor < 0.5 ? `1/${shown(1 / factor)}` : `${shown(factor)} times`;
    }

    /** The range is the same on both sides of 1, whatever the answer: it would give away on which side that is. */
    function controls() {
        const slider = make("input", "");
        slider.type = "range";
        slider.min = String(-DECADES * FINE);
        slider.max = String(DECADES * FINE);
        slider.value = "0";
        slider.setAttribute("aria-label", "How many times");
        const field = make("input", "");
        field.type = "number";
        field.min = "0";
        field.step = "any";
        field.value = "1";
        field.inputMode = "decimal";
        field.setAttribute("aria-label", "times");
        const part = make("span", "hb-guess-part");
        const follow = () => {
            const factor = field.valueAsNumber;
            const told = factor > 0 ? asTold(factor) : "";
            slider.setAttribute("aria-valuetext", told);
            part.textContent = told.startsWith("1/") ? ` = ${told}` : "";
        };
        slider.addEventListener("input", () => {
            field.value = String(round(10 ** (slider.valueAsNumber / FINE)));
            follow();
        });
        field.addEventListener("input", () => {
            if (field.valueAsNumber > 0) {
                slider.valueAsNumber = FINE * Math.log10(field.valueAsNumber);
            }
            follow();
        });
        follow();
        return { slider, field, part };
    }

    function scale() {
        const marks = [1000, 100, 10].map((mark) => `1/${shown(mark)}`);
        marks.push(...[1, 10, 100, 1000].map(shown));
        const line = make("div", "hb-guess-scale", ...marks.map((mark) => make("span", "", mark)));
        line.setAttribute("aria-hidden", "true");
        return line;
    }

    /** @param {number} guess @param {number} truth */
    function isNear(guess, truth) {
        return guess / truth <= NEAR && truth / guess <= NEAR;
    }

    /** @param {number} guess @param {number} truth */
    function verdict(guess, truth) {
        const told = asTold(truth);
        if (isNear(guess, truth)) {
            return `Close: it is ${told}.`;
        }
        return `Too ${guess < truth ? "small" : "large"}: it is ${told}.`;
    }

    /** @type {Kind["show"]} */
    function show(question, past) {
        const truth = Number(question.section.dataset.times);
        const { slider, field, part } = controls();
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
            const guess = field.valueAsNumber;
            if (!(guess > 0)) {
                say("Give a number above 0.");
                field.focus();
                return;
            }
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

        const typed = make("span", "hb-guess-field", field, " times", part);
        const track = make("div", "hb-guess-track", slider, scale());
        question.stage.replaceChildren(make("div", "hb-guess", track, typed, answer), reply);
        if (typeof past === "number") {
            field.value = String(round(past));
            field.dispatchEvent(new Event("input"));
            tell(past);
        }
        return () => {
            if (typeof past !== "number") {
                say(`It is ${asTold(truth)}.`);
            }
            close();
        };
    }

    /** @type {Kind["words"]} */
    function words(_question, past) {
        return typeof past === "number" ? `You answered ${asTold(past)}.` : "";
    }

    heapbook.kinds.times = { show, words };
})();
