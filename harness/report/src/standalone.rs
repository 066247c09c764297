//! A plot as a file of its own, for a place outside of the book.

use heapbook_engine::figures::Metric;

use crate::fragment::{Query, growth_as_file};
use crate::library::Library;
use crate::words::Mistake;
use crate::words::{listed, scenario};

/// Why a plot cannot be drawn, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct PlotError {
    /// What is wrong, and what to do.
    pub message: String,
}

/// A metric against `n` as an SVG file that needs nothing around it: its colours are fixed, its
/// ground is white.
///
/// It shows the reference records of the library's headline Python, of the named variants
/// (`python.build_list`), or of all where none is named. The plot on a page is the directive
/// `{{#plot}}` of [`expand`](crate::expand).
///
/// # Errors
/// Where the scenario or a variant is unknown, or no record holds a figure of them.
pub fn standalone_plot(
    slug: &str,
    metric: Metric,
    variants: &[&str],
    library: &Library<'_>,
) -> Result<String, PlotError> {
    draw(slug, metric, variants, library).map_err(|Mistake(message)| PlotError { message })
}

fn draw(slug: &str, metric: Metric, variants: &[&str], library: &Library<'_>) -> Result<String, Mistake> {
    let scenario = scenario(library, slug)?;
    let variants = match variants {
        [] => scenario.variants.iter().collect(),
        named => listed(scenario, named)?,
    };
    let query = Query {
        scenario,
        variants,
        sizes: scenario.sizes.clone(),
        reference: library.reference_side(None),
        local: None,
    };
    growth_as_file(&query, metric).ok_or_else(|| {
        Mistake(format!(
            "no reference record holds a figure of `{slug}`: `cargo heapbook run {slug}` measures it"
        ))
    })
}
