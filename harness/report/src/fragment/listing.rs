//! `{{#listing}}`: a function's text, as it ran.

use heapbook_engine::scenario::Scenario;
use heapbook_model::VariantName;

use super::Page;
use super::parts::{code, code_block, variant_label};
use crate::escape;
use crate::words::{Mistake, Words, unknown};

/// The text of a variant, or of any other function of its file, with what it does and where it
/// stands.
pub(crate) fn listing<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let word = words.next("the function")?;
    let name = word.parse::<VariantName>().ok();
    let found = name.and_then(|name| scenario.listing(&name).map(|text| (name, text)));
    let Some((name, text)) = found else {
        let known = scenario.variants.iter().map(|variant| &variant.name);
        let Mistake(reason) = unknown("function", word, &scenario.slug, known);
        return Err(Mistake(format!(
            "{reason}, or another function at the top level of workload.py or workload.rs"
        )));
    };
    Ok(format!(
        "<figure class=\"hb-listing\"><figcaption>{}</figcaption>{}</figure>",
        caption(scenario, &name),
        code_block(name.language, text)
    ))
}

/// The function's name, what it does, and its file.
fn caption(scenario: &Scenario, name: &VariantName) -> String {
    let label = match scenario.variant(name) {
        Some(variant) => format!("{}{}", variant_label(scenario, name), says(&variant.says)),
        None => code(&name.to_string()),
    };
    let file = format!("scenarios/{}/{}", scenario.slug, name.language.file());
    format!(
        "<span>{label}</span> <small class=\"hb-file\">{}</small>",
        escape::html(&file)
    )
}

/// What a variant does, behind its name.
pub(super) fn says(text: &str) -> String {
    match text.trim() {
        "" => String::new(),
        text => format!(" <span class=\"hb-says\">{}</span>", escape::prose(text)),
    }
}
