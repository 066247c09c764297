//! `{{#versions}}`: what a scenario's claims are about, on each version of Python beside the
//! others.

use heapbook_engine::claim::{Verdict, concerns, evaluate};
use heapbook_engine::figures::{Metric, factor};
use heapbook_engine::record::{Cell, View};
use heapbook_engine::scenario::{Claim, Scenario, Variant};
use heapbook_model::Measured;

use super::claim::verdict_class;
use super::parts::{data, explained, number_cell, scrolling, staleness, titled};
use super::value::share;
use super::{Page, provenance};
use crate::display;
use crate::escape;
use crate::library::{Absent, reading};
use crate::words::{Mistake, Words};

/// A row for each figure that claims of the scenario are about, a column for each Python of the
/// reference, and the reader's own in the last one.
pub(crate) fn versions<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let columns = columns(page, scenario);
    let heads: String = columns.iter().map(|column| column.head(scenario)).collect();
    let rows: String = rows(scenario)
        .iter()
        .map(|row| row.html(scenario, &columns))
        .collect();
    let table = format!(
        "<table><thead><tr><th scope=\"col\">What</th><th scope=\"col\">Figure</th>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    );
    let sources = columns.iter().map(|column| {
        let cells: Vec<&Cell> = rows_cells(scenario, &column.view);
        provenance::sentence(&column.view, &cells, column.lead)
    });
    Ok(format!(
        "<figure class=\"hb-table hb-versions\">{}<figcaption>{}, n = {}. A factor says how much a figure differs from the one of the version before it.{}</figcaption></figure>",
        scrolling(&format!("Versions of {}", scenario.title), &table),
        escape::html(&scenario.title),
        display::size(scenario.headline),
        sources.collect::<String>()
    ))
}

/// The records of one version.
struct Column<'a> {
    view: View<'a>,
    /// What stands before the version.
    owner: &'static str,
    /// What stands before where the figures come from.
    lead: &'static str,
}

impl Column<'_> {
    fn head(&self, scenario: &Scenario) -> String {
        let version = self.view.python_version(&scenario.slug).unwrap_or("no Python");
        format!(
            "<th scope=\"col\" class=\"hb-number\">{}{}</th>",
            self.owner,
            escape::html(version)
        )
    }
}

fn columns<'a>(page: &Page<'a>, scenario: &'a Scenario) -> Vec<Column<'a>> {
    let reference = page.library.reference;
    let pythons = reference.pythons(&scenario.slug).into_iter();
    let published = pythons.map(|version| Column {
        view: View::new(reference, Some(version)),
        owner: "",
        lead: "Measured",
    });
    let own = page
        .library
        .local_side(scenario, &page.library.reference_side(None))
        .map(|view| Column {
            view,
            owner: "yours: ",
            lead: "Your machine’s: measured",
        });
    published.chain(own).collect()
}

/// A figure that claims are about.
struct Row<'a> {
    variant: &'a Variant,
    metric: Metric,
    claims: Vec<&'a Claim>,
}

fn rows(scenario: &Scenario) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for claim in &scenario.claims {
        let same = |row: &&mut Row<'_>| row.variant.name == claim.of && row.metric == claim.metric;
        match (rows.iter_mut().find(same), scenario.variant(&claim.of)) {
            (Some(row), _) => row.claims.push(claim),
            (None, Some(variant)) => rows.push(Row {
                variant,
                metric: claim.metric,
                claims: vec![claim],
            }),
            (None, None) => {}
        }
    }
    rows
}

fn rows_cells<'a>(scenario: &Scenario, view: &View<'a>) -> Vec<&'a Cell> {
    let cells = rows(scenario)
        .into_iter()
        .filter_map(|row| row.cell(scenario, view));
    cells.collect()
}

impl Row<'_> {
    fn html(&self, scenario: &Scenario, columns: &[Column<'_>]) -> String {
        let each = columns
            .iter()
            .any(|column| self.is_of_elements(scenario, &column.view));
        let row = self.metric.row();
        let figure = explained(row.title, row.meaning) + if each { ", each" } else { "" };
        let mut before = None;
        let mut cells = String::new();
        for column in columns {
            let cell = self.cell(scenario, &column.view);
            cells.push_str(&self.figure(scenario, &column.view, each, before));
            before = cell.or(before);
        }
        format!(
            "<tr><th scope=\"row\">{}</th><td>{figure}</td>{cells}</tr>",
            escape::prose(&self.variant.says)
        )
    }

    fn cell<'a>(&self, scenario: &Scenario, view: &View<'a>) -> Option<&'a Cell> {
        view.cell(&scenario.slug, &self.variant.name, scenario.headline)
    }

    /// The figure on one version, how it differs from the one before, and what the claims about
    /// that version come to.
    fn figure(&self, scenario: &Scenario, view: &View<'_>, each: bool, before: Option<&Cell>) -> String {
        let (figure, cell) = match reading(self.cell(scenario, view), |cell| self.metric.of(cell)) {
            Ok(found) => found,
            Err(Absent::NotMeasured) => return number_cell("–"),
            Err(absent @ Absent::Failed(_)) => return number_cell(absent.words()),
        };
        let unit = self.metric.unit();
        let shown = match each {
            true => share(unit, figure, scenario.headline),
            false => display::measured(unit, figure),
        };
        let factor = before.and_then(|before| factor(self.metric, cell, before));
        // A difference that three digits do not show is none that a reader could see.
        let factor = factor.filter(|factor| (factor - 1.0).abs() >= 0.005);
        let change =
            factor.map(|factor| format!("<small class=\"hb-interval\">{}</small>", display::times(factor)));
        number_cell(&format!(
            "{}{}{}{}",
            data(unit, figure, &shown),
            self.verdicts(scenario, view),
            change.unwrap_or_default(),
            staleness(scenario, &[cell])
        ))
    }

    fn verdicts(&self, scenario: &Scenario, view: &View<'_>) -> String {
        let about = self.claims.iter().filter(|claim| concerns(claim, scenario, view));
        let verdicts = about.map(|claim| {
            let verdict = evaluate(claim, scenario, view).verdict;
            let class = format!("hb-verdict {}", verdict_class(verdict));
            match verdict {
                // Nearly all do: a mark leaves room for the figures.
                Verdict::Holds => {
                    let mark = "<span aria-hidden=\"true\">✓</span><span class=\"hb-spoken\">holds</span>";
                    format!(" {}", titled(&class, &claim.says, mark))
                }
                _ => {
                    let word = titled(&class, &claim.says, verdict.words());
                    format!("<small class=\"hb-interval\">{word}</small>")
                }
            }
        });
        verdicts.collect()
    }

    /// Whether the figure grows with n, so that an element's share says more than the sum.
    fn is_of_elements(&self, scenario: &Scenario, view: &View<'_>) -> bool {
        let smallest = scenario.sizes[0];
        let at = |n| {
            let cell = view.cell(&scenario.slug, &self.variant.name, n)?;
            self.metric.of(cell).map(Measured::typical)
        };
        let (Some(least), Some(most)) = (at(smallest), at(scenario.headline)) else {
            return false;
        };
        most >= least * 0.5 * (scenario.headline as f64 / smallest as f64)
    }
}
