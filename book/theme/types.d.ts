// What the scripts of a page share. Read by `tsc` alone; no browser loads it.

/** Whose figures a page shows. */
type Machine = "book" | "mine" | "both";

/** A reader's answer: an option's index, a number, an order of indices; null where they looked it up. */
type Given = number | number[] | null;

/** What is remembered of a question. Times are in milliseconds since 1970; `due` is null if it does not come back. */
interface Answer {
    right: boolean;
    first: Given;
    at: number;
    due: number | null;
    step: number;
}

interface Store {
    read(key: string): string | null;
    write(key: string, value: string): void;
    readObject(key: string): Record<string, unknown>;
    writeObject(key: string, value: object): void;
    clear(): void;
}

interface Answers {
    of(key: string): Answer | null;
    record(key: string, right: boolean, first: Given): Answer;
    isDue(key: string): boolean;
    due(): string[];
    whenDue(due: number): string;
}

/** One question on the page, as its kind sees it. */
interface Question {
    section: HTMLElement;
    ask: HTMLElement | null;
    options: HTMLElement | null;
    reasons: Element[];
    /** Where controls stand that take no option's place. */
    stage: HTMLElement;
    commit(right: boolean, first: Given): void;
    finish(): void;
    say(words: string): void;
}

/** How one kind of question is asked. */
interface Kind {
    /** Puts the controls. `past` is what was answered earlier; `undefined` asks anew. Returns what shows the answer. */
    show(question: Question, past: Given | undefined): () => void;
    /** What a reader gave, in words. */
    words(question: Question, past: Given): string;
}

interface Heapbook {
    store: Store;
    now(): number;

    make<Tag extends keyof HTMLElementTagNameMap>(
        tag: Tag,
        className: string,
        ...children: (Node | string)[]
    ): HTMLElementTagNameMap[Tag];
    button(className: string, label: string, onClick: (event: MouseEvent) => void): HTMLButtonElement;
    keepKeys(container: HTMLElement): void;
    root(): string;
    here(): string;
    isPrintPage(): boolean;
    plural(count: number, noun: string): string;

    /** Makers of what stands in the page's control, beside the choice. */
    controls: (() => HTMLElement)[];
    choice: { sideOf(element: Element): "book" | "mine" | null };

    answers: Answers;
    kinds: Record<string, Kind>;
    questions: { keysOf(container: ParentNode): string[]; again(section: Element): void };
}

interface Window {
    heapbook: Heapbook;
}

/** From mdBook: the way from this page to the book's first folder. */
declare const path_to_root: string | undefined;
