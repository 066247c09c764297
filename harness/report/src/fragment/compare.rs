//! `{{#compare}}`: Python and Rust side by side.
//!
//! The fragment is readable as it stands: one listing below the other in each language. `heapbook.js` makes tabs of
//! them, and keeps the chosen ones in step across the page.

use heapbook_engine::scenario::{Language, Scenario, Variant};

use super::Page;
use super::listing::says;
use super::parts::{code_block, variant_label};
use crate::directive::options::listed;
use crate::directive::{Mistake, Words};
use crate::escape;

/// The listings of all variants, or of the named ones, in a column for each language.
pub(crate) fn compare<'a>(page: &mut Page<'a>, mut words: Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let lists = words.rest();
    words.end()?;
    let chosen = if lists.is_empty() {
        scenario.variants.iter().collect()
    } else {
        listed(scenario, &lists)?
    };
    let columns: String = [Language::Python, Language::Rust]
        .into_iter()
        .map(|language| column(page, scenario, language, &chosen))
        .collect();
    Ok(format!(
        "<div class=\"hb-compare\" data-scenario=\"{}\"><div class=\"hb-columns\">{columns}</div></div>",
        escape::html(&scenario.slug)
    ))
}

/// The chosen variants of one language; nothing where there are none.
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
