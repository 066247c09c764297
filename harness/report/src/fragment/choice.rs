//! What a reader chooses for the whole page: whose figures, and of which Python.

use std::fmt::Write as _;

use heapbook_engine::record::{Cell, View};
use heapbook_engine::scenario::Scenario;

use super::{Page, provenance};
use crate::escape;
use crate::library::{Choice, Library, Owner};
use crate::words::Mistake;

/// A fragment, and the choices that it is shown for.
struct Alternative<'a> {
    html: String,
    /// What makes it another than its neighbours.
    sign: String,
    choices: Vec<Choice<'a>>,
}

impl Alternative<'_> {
    /// The fragment, to be shown for its choices alone. `yours` is how it is called where it is the
    /// reader's alone. `is_first` is what a page without scripts shows.
    fn wrapped(&self, yours: &str, is_first: bool) -> String {
        // Of which of these a fragment of both is, the page's script says: it knows the Python.
        let (label, alone) = match (
            yours.is_empty(),
            self.is_of(Owner::Book),
            self.is_of(Owner::Reader),
        ) {
            (true, ..) => ("", String::new()),
            (_, true, true) => (
                "The book’s, and yours",
                format!(" data-yours=\"{}\"", escape::html(yours)),
            ),
            (_, true, false) => ("The book’s", String::new()),
            (_, false, _) => (yours, String::new()),
        };
        let pythons = |owner: Owner| {
            let chosen = self.choices.iter().filter(|choice| choice.owner == owner);
            let pythons: Vec<&str> = chosen.filter_map(|choice| choice.python).collect();
            escape::html(&pythons.join(" "))
        };
        format!(
            "<div class=\"hb-choice\" data-book=\"{}\" data-reader=\"{}\" data-label=\"{}\"{alone}{}>{}</div>",
            pythons(Owner::Book),
            pythons(Owner::Reader),
            escape::html(label),
            if is_first { "" } else { " hidden" },
            self.html
        )
    }

    fn is_of(&self, owner: Owner) -> bool {
        self.choices.iter().any(|choice| choice.owner == owner)
    }
}

/// Adds a choice to the alternative that has the same sign, or begins another.
fn join<'a>(all: &mut Vec<Alternative<'a>>, choice: Choice<'a>, html: String, sign: String) {
    match all.iter_mut().find(|other| other.sign == sign) {
        Some(other) => other.choices.push(choice),
        None => all.push(Alternative {
            html,
            sign,
            choices: vec![choice],
        }),
    }
}

/// What is rendered for each choice, as alternatives of one fragment of a scenario.
pub(crate) fn of_each<'a>(
    page: &mut Page<'a>,
    scenario: Option<&Scenario>,
    render: impl Fn(&mut Page<'a>) -> Result<String, Mistake>,
) -> Result<String, Mistake> {
    of_each_sign(page, scenario, |page| {
        let html = render(page)?;
        Ok((html.clone(), html))
    })
}

/// The same where each fragment comes with a sign: those with equal signs are one, and the first of
/// them is shown.
pub(crate) fn of_each_sign<'a>(
    page: &mut Page<'a>,
    scenario: Option<&Scenario>,
    render: impl Fn(&mut Page<'a>) -> Result<(String, String), Mistake>,
) -> Result<String, Mistake> {
    let mut all: Vec<Alternative<'a>> = Vec::new();
    let first = page.identifiers;
    for choice in page.choices {
        // Fragments that differ in their identifiers alone are the same.
        page.identifiers = first;
        page.choice = *choice;
        let (html, sign) = render(page)?;
        join(&mut all, *choice, html, sign);
    }
    let has_identifiers = page.identifiers > first;
    for other in all.iter_mut().skip(1).filter(|_| has_identifiers) {
        page.choice = other.choices[0];
        other.html = render(page)?.0;
    }
    page.choice = page.choices[0];
    Ok(alternatives(page.library, scenario, all))
}

/// The alternatives of one fragment of a scenario, one after another; the fragment as it is where
/// it is the same for every choice.
fn alternatives(library: &Library<'_>, scenario: Option<&Scenario>, all: Vec<Alternative<'_>>) -> String {
    if let [only] = all.as_slice() {
        return only.html.clone();
    }
    let wrapped = all
        .iter()
        .enumerate()
        .map(|(index, one)| one.wrapped(&yours(library, scenario, one), index == 0));
    wrapped.collect()
}

/// Whose the reader's own are, with the Python that they are of: it may be another than is chosen.
fn yours(library: &Library<'_>, scenario: Option<&Scenario>, one: &Alternative<'_>) -> String {
    let mut of_reader = one.choices.iter().filter(|choice| choice.owner == Owner::Reader);
    let version = scenario.zip(of_reader.next()).and_then(|(scenario, choice)| {
        let view = library.view(scenario, *choice);
        view.python_version(&scenario.slug)
    });
    match version {
        Some(version) => format!("Yours, CPython {version}"),
        None => "Yours".to_owned(),
    }
}

/// Where a page's figures come from, for each choice: one line below its title, to which the page's
/// script adds the control.
pub(crate) fn sources(library: &Library<'_>, choices: &[Choice<'_>], scenarios: &[&Scenario]) -> String {
    let mut all: Vec<Alternative<'_>> = Vec::new();
    for choice in choices {
        let html = source(library, *choice, scenarios);
        join(&mut all, *choice, html.clone(), html);
    }
    let pythons: Vec<&str> = choices
        .iter()
        .filter(|choice| choice.owner == Owner::Book)
        .filter_map(|choice| choice.python)
        .collect();
    let headline = pythons.first().copied().unwrap_or_default();
    let mut sorted = pythons.clone();
    sorted.sort_by_cached_key(|python| heapbook_model::version_numbers(python));
    let mut html = format!(
        "<section class=\"hb-whose\" aria-label=\"Whose figures these are\" data-pythons=\"{}\" data-headline=\"{}\"",
        escape::html(&sorted.join(" ")),
        escape::html(headline)
    );
    if choices.iter().any(|choice| choice.owner == Owner::Reader) {
        html.push_str(" data-reader");
    }
    let lines: String = all
        .iter()
        .enumerate()
        .map(|(index, one)| one.wrapped("", index == 0))
        .collect();
    let _ = write!(html, ">{lines}</section>");
    html
}

fn source(library: &Library<'_>, choice: Choice<'_>, scenarios: &[&Scenario]) -> String {
    let mut cells: Vec<&Cell> = Vec::new();
    let mut view: Option<View<'_>> = None;
    for scenario in scenarios {
        let of_scenario = library.view(scenario, choice);
        let variants = scenario.variants.iter();
        cells.extend(
            variants.filter_map(|variant| of_scenario.cell(&scenario.slug, &variant.name, scenario.headline)),
        );
        view = Some(of_scenario);
    }
    let lead = match choice.owner {
        Owner::Book => "Measured",
        Owner::Reader => "Yours: measured",
    };
    let sentence = view.map(|view| provenance::sentence(&view, &cells, lead));
    sentence.filter(|sentence| !sentence.is_empty()).unwrap_or_else(|| {
        "<small class=\"hb-provenance\">Nothing of this page is measured yet: <code>cargo heapbook run</code> measures it.</small>".to_owned()
    })
}
