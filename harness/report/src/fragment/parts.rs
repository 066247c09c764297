//! Pieces that several fragments are made of.

use heapbook_engine::record::{Cell, CellError, ErrorKind, Pass};
use heapbook_engine::scenario::Scenario;
use heapbook_engine::validity::Validity;
use heapbook_model::{Language, Measured, Unit, VariantName};

use crate::display;
use crate::escape;
use crate::palette::Swatch;

/// A variant's mark and name.
pub(super) fn variant_label(scenario: &Scenario, name: &VariantName) -> String {
    let mark = Swatch::of(scenario, name).inline_mark();
    format!("{mark}{}", code(&name.to_string()))
}

/// The same with the language in small: a table has no room for long names.
pub(super) fn variant_label_in_table(scenario: &Scenario, name: &VariantName) -> String {
    let mark = Swatch::of(scenario, name).inline_mark();
    format!(
        "{mark}<code><span class=\"hb-prefix\">{}.</span>{}</code>",
        name.language,
        escape::html(&name.function)
    )
}

/// A word as code.
pub(super) fn code(word: &str) -> String {
    format!("<code>{}</code>", escape::html(word))
}

/// A function's text as a block of code, in one line.
pub(super) fn code_block(language: Language, text: &str) -> String {
    // mdBook would offer to run Rust on its playground, and wrap it in a `main`, without the second
    // class.
    let class = match language {
        Language::Python => "language-python",
        Language::Rust => "language-rust noplayground",
    };
    format!("<pre><code class=\"{class}\">{}</code></pre>", escape::html(text))
}

/// A figure that says on demand what was rounded away.
pub(super) fn data(unit: Unit, figure: Measured, shown: &str) -> String {
    let plain = match figure {
        Measured::Exact(value) => value.to_string(),
        Measured::Range { .. } | Measured::AtLeast(_) | Measured::Estimate { .. } => {
            format!("{:.0}", figure.typical())
        }
    };
    let exact = escape::html(&display::exact(unit, figure));
    format!(
        "<data value=\"{plain}\" title=\"{exact}\">{}</data>",
        escape::html(shown)
    )
}

/// Words with an explanation, which the style sheet shows where a pointer cannot: at a tap, or at
/// the keyboard's focus.
pub(super) fn explained(words: &str, title: &str) -> String {
    format!(
        "<abbr class=\"hb-explained\" tabindex=\"0\" title=\"{}\">{words}</abbr>",
        escape::html(title)
    )
}

/// Words of a class, with what more is to be said of them.
pub(super) fn titled(class: &str, title: &str, words: &str) -> String {
    format!(
        "<span class=\"{class}\" title=\"{}\">{words}</span>",
        escape::html(title)
    )
}

/// A small label with an explanation.
pub(super) fn badge(class: &str, word: &str, title: &str) -> String {
    titled(&format!("hb-badge {class}"), title, word)
}

/// A table's cell of a number.
pub(super) fn number_cell(inside: &str) -> String {
    format!("<td class=\"hb-number\">{inside}</td>")
}

/// The label of a figure that was measured on other code.
pub(super) fn stale_badge(scenario: &Scenario) -> String {
    badge("hb-stale", "stale", &stale_title(scenario))
}

/// Whether a cell's figures are of other code than its variant holds today, or by an older method.
pub(super) fn is_outdated(scenario: &Scenario, cell: &Cell) -> bool {
    let variant = scenario.variant(&cell.key.variant);
    variant.is_some_and(|variant| Validity::outdated(cell, variant).is_some())
}

/// That label behind a space, if any cell's figures are outdated.
pub(super) fn staleness(scenario: &Scenario, cells: &[&Cell]) -> String {
    match cells.iter().any(|cell| is_outdated(scenario, cell)) {
        true => format!(" {}", stale_badge(scenario)),
        false => String::new(),
    }
}

/// What the label of a stale figure says.
pub(super) fn stale_title(scenario: &Scenario) -> String {
    format!(
        "measured on other code than the scenario holds today, or by an older method; run `cargo heapbook run {}` to measure it anew",
        scenario.slug
    )
}

/// Words in the place of figures that no record holds.
pub(super) fn missing(scenario: &Scenario) -> String {
    let title = format!(
        "no record holds this figure; `cargo heapbook run {}` measures it",
        scenario.slug
    );
    missing_because("not measured", &title)
}

/// Words in the place of a figure, with the reason.
pub(super) fn missing_because(words: &str, title: &str) -> String {
    titled("hb-missing", title, &escape::html(words))
}

/// Words in the place of the figures of a failed cell.
pub(super) fn failure(error: &CellError) -> String {
    let title = format!(
        "{} pass, process {}: {}",
        pass(error.pass),
        error.process,
        error.message
    );
    let reason = escape::html(first_line(&error.message));
    titled(
        "hb-failed",
        &title,
        &format!("failed ({}): {reason}", kind(error.kind)),
    )
}

/// The kind of a failure in words.
pub(super) fn kind(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::Exception => "exception",
        ErrorKind::Crash => "crash",
        ErrorKind::Hang => "no answer in time",
        ErrorKind::Interrupted => "interrupted",
        ErrorKind::Garbage => "unknown answer",
        ErrorKind::NoDigest => "no digest",
        ErrorKind::UnequalDigest => "unequal digest",
        ErrorKind::Start => "worker not started",
        ErrorKind::MemoryCap => "too much memory",
        ErrorKind::LeftBehind => "process left behind",
        ErrorKind::Unsupported => "not supported here",
    }
}

fn pass(pass: Pass) -> &'static str {
    match pass {
        Pass::Memory => "memory",
        Pass::Time => "time",
        Pass::Lines => "lines",
        Pass::Objects => "objects",
        Pass::Resident => "resident",
    }
}

/// The line that tells most: the first, except in a traceback of Python, whose last line names the
/// exception.
fn first_line(message: &str) -> &str {
    let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
    match lines.next() {
        Some(first) if first.starts_with("Traceback") => lines.next_back().unwrap_or(first),
        Some(first) => first,
        None => "no reason was given",
    }
}

/// A table or a drawing in a box of its own, which scrolls where the page is too narrow to read it.
pub(super) fn scrolling(label: &str, inside: &str) -> String {
    format!(
        "<div class=\"hb-scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{}\">{inside}</div>",
        escape::html(label)
    )
}

/// A list in a sentence: `a, b and c`.
pub(super) fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_traceback_is_summed_up_by_its_last_line() {
        let traceback =
            "Traceback (most recent call last):\n  File \"workload.py\", line 3, in f\nValueError: no\n";
        assert_eq!(first_line(traceback), "ValueError: no");
        assert_eq!(first_line("\nsignal 9\nmore"), "signal 9");
        assert_eq!(first_line(""), "no reason was given");
    }

    #[test]
    fn lists_read_as_sentences() {
        let list = |words: &[&str]| listed(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&[]), "");
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }
}
