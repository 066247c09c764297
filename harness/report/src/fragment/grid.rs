//! Tables of what a cell tells beside its metrics.

use heapbook_engine::record::Cell;
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_model::{Language, Measured, Unit};

use super::Page;
use super::parts::{
    data, explained, failure, missing, number_cell, scrolling, staleness, variant_label_in_table,
};
use super::query::Query;
use crate::display;
use crate::words::{Mistake, Words};

/// A table's fixed parts.
pub(super) struct Grid<'g> {
    /// A class of its own, or none.
    pub(super) class: &'g str,
    /// What the table is of, for those who listen to the page.
    pub(super) spoken: &'g str,
    /// The columns, without the variant's.
    pub(super) columns: &'g [Column],
    /// What is said below it, in HTML.
    pub(super) caption: &'g str,
}

/// A column's head: its title, and what it means.
pub(super) enum Column {
    /// Of numbers.
    Numbers(&'static str, &'static str),
    /// Of words or drawings.
    Words(&'static str, &'static str),
}

impl Column {
    fn head(&self) -> String {
        let (class, title, meaning) = match self {
            Column::Numbers(title, meaning) => (" class=\"hb-number\"", title, meaning),
            Column::Words(title, meaning) => ("", title, meaning),
        };
        format!("<th scope=\"col\"{class}>{}</th>", explained(title, meaning))
    }
}

impl Grid<'_> {
    /// The head of the column that names the variants.
    pub(super) const VARIANT: &'static str = "<th scope=\"col\">Variant</th>";

    /// The table with a [row](Grid::row) for each variant.
    pub(super) fn of_variants<'a>(
        &self,
        query: &Query<'a>,
        figures: impl Fn(&Variant, &'a Cell) -> Option<Vec<String>>,
    ) -> String {
        let variants = query.variants.iter();
        let rows = variants.map(|variant| self.row(query, variant, "", |cell| figures(variant, cell)));
        self.of_rows(query, Grid::VARIANT, &rows.collect::<String>())
    }

    /// The table from the HTML of its rows; `first` is the head of what stands before the columns.
    pub(super) fn of_rows(&self, query: &Query<'_>, first: &str, rows: &str) -> String {
        let heads: String = self.columns.iter().map(Column::head).collect();
        let table = format!("<table><thead><tr>{first}{heads}</tr></thead><tbody>{rows}</tbody></table>");
        format!(
            "<figure class=\"hb-table{}\">{}<figcaption>{}{}</figcaption></figure>",
            self.class,
            scrolling(&format!("{} of {}", self.spoken, query.scenario.title), &table),
            self.caption,
            query.version()
        )
    }

    /// A variant's row, or several. `figures` gives what follows the name, one string a row, or
    /// `None` if the cell lacks the figures; `label` follows the name itself.
    pub(super) fn row<'a>(
        &self,
        query: &Query<'a>,
        variant: &Variant,
        label: &str,
        figures: impl Fn(&'a Cell) -> Option<Vec<String>>,
    ) -> String {
        let cell = query.cell(variant);
        let across = |words: String| vec![format!("<td colspan=\"{}\">{words}</td>", self.columns.len())];
        let rows = match cell {
            Some(cell) if !cell.errors.is_empty() => across(failure(&cell.errors[0])),
            Some(cell) => figures(cell).unwrap_or_else(|| across(missing(query.scenario))),
            None => across(missing(query.scenario)),
        };
        let span = match rows.len() {
            1 => String::new(),
            several => format!(" rowspan=\"{several}\""),
        };
        let name = variant_label_in_table(query.scenario, &variant.name);
        let stale = staleness(query.scenario, cell.as_slice());
        format!(
            "<tr><th scope=\"row\"{span}>{name}{stale}{label}</th>{}</tr>",
            rows.join("</tr><tr>")
        )
    }
}

/// A table's cell with a figure, or with words in its place.
pub(super) fn number(scenario: &Scenario, unit: Unit, figure: Option<Measured>) -> String {
    let shown = figure.map_or_else(
        || missing(scenario),
        |figure| data(unit, figure, &display::measured(unit, figure)),
    );
    number_cell(&shown)
}

/// As [`Query::read`], of the named variants or all of Python's: `what` is a thing that only Python
/// has.
pub(super) fn python_query<'a>(
    page: &Page<'a>,
    words: &mut Words<'a>,
    what: &str,
) -> Result<Query<'a>, Mistake> {
    let is_named = words.has_option("variants");
    let mut query = Query::read(page, words)?;
    let is_rust = |variant: &&Variant| variant.name.language == Language::Rust;
    if !is_named {
        query.variants.retain(|variant| !is_rust(variant));
    }
    match query.variants.iter().copied().find(is_rust) {
        Some(variant) => Err(Mistake(format!(
            "`{}` has no {what}: name variants of Python only",
            variant.name
        ))),
        None if query.variants.is_empty() => Err(Mistake(format!(
            "`{}` has no variants of Python, and only they have {what}",
            query.scenario.slug
        ))),
        None => Ok(query),
    }
}
