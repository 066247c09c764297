//! `{{#compare}}`: Python and Rust side by side.
//!
//! The fragment is readable as it stands: one listing below the other in each language.
//! `heapbook.js` makes tabs of them, and keeps the chosen ones in step across the page.

use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_model::Language;

use super::Page;
use super::listing::says;
use super::parts::{code_block, variant_label};
use crate::escape;
use crate::words::{Mistake, Words, listed};

/// The listings of all variants, or of the named ones, in a column for each language.
pub(crate) fn compare<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let chosen = listed(scenario, &words.rest())?;
    let layout = match is_wide(scenario, &chosen) {
        true => " hb-stacked",
        false => "",
    };
    let columns = [Language::Python, Language::Rust]
        .map(|language| column(page, scenario, language, &chosen))
        .concat();
    Ok(format!(
        "<div class=\"hb-compare{layout}\" data-scenario=\"{}\"><div class=\"hb-columns\">{columns}</div></div>",
        escape::html(&scenario.slug)
    ))
}

/// A column of half the page's width shows so many characters of code, or of names in tabs.
const HALF_A_PAGE: usize = 45;

/// What a tab needs beside its name, in characters: the mark and the room around both.
const TAB: usize = 4;

/// Whether two columns are too narrow, so that the languages stand one below the other.
fn is_wide(scenario: &Scenario, chosen: &[&Variant]) -> bool {
    let longest = chosen
        .iter()
        .filter_map(|variant| scenario.listing(&variant.name))
        .flat_map(str::lines)
        .map(|line| line.chars().count())
        .max();
    let tabs = |language| -> usize {
        let names = chosen
            .iter()
            .map(|variant| &variant.name)
            .filter(|name| name.language == language);
        names.map(|name| name.function.chars().count() + TAB).sum()
    };
    longest > Some(HALF_A_PAGE) || tabs(Language::Python) > HALF_A_PAGE || tabs(Language::Rust) > HALF_A_PAGE
}

/// The chosen variants of one language; empty if there are none.
fn column(page: &mut Page<'_>, scenario: &Scenario, language: Language, chosen: &[&Variant]) -> String {
    let panels: String = chosen
        .iter()
        .filter(|variant| variant.name.language == language)
        .map(|variant| panel(page, scenario, variant))
        .collect();
    if panels.is_empty() {
        return panels;
    }
    format!(
        "<section class=\"hb-column\" id=\"{}\" data-language=\"{language}\" aria-label=\"{title}\"><p class=\"hb-column-title\">{title}</p>{panels}</section>",
        page.identifier(),
        title = language.title(),
    )
}

fn panel(page: &mut Page<'_>, scenario: &Scenario, variant: &Variant) -> String {
    let text = scenario.listing(&variant.name).unwrap_or_default();
    format!(
        "<figure class=\"hb-panel\" id=\"{}\" data-variant=\"{}\"><figcaption>{}{}</figcaption>{}</figure>",
        page.identifier(),
        escape::html(&variant.name.function),
        variant_label(scenario, &variant.name),
        says(&variant.says),
        code_block(variant.name.language, text)
    )
}
