//! A plot as a file of its own, for a place outside of the book.

use heapbook_engine::figures::Metric;
use heapbook_engine::record::Cell;
use heapbook_model::VariantName;

use crate::fragment::plot::{describe_growth, growth_as_file};
use crate::fragment::query::Query;
use crate::library::Library;
use crate::palette::Swatch;
use crate::plot::growth::{Growth, Point, Series};
use crate::words::{Mistake, listed, scenario};

/// A metric against `n` as an SVG file that needs nothing around it: its colours are fixed, its
/// ground is white.
///
/// It shows the reference records of the library's headline Python, of the named variants
/// (`python.build_list`), or of all where none is named. The plot on a page is the directive
/// `{{#plot}}` of [`Expansion`](crate::Expansion).
///
/// # Errors
/// Where the scenario or a variant is unknown, or no record holds a figure of them.
pub fn standalone_plot(
    slug: &str,
    metric: Metric,
    variants: &[&str],
    library: &Library<'_>,
) -> Result<String, Mistake> {
    let scenario = scenario(library, slug)?;
    let query = Query {
        scenario,
        variants: listed(scenario, variants)?,
        sizes: scenario.sizes.clone(),
        view: library.reference_side(None),
        names_python: false,
    };
    growth_as_file(&describe_growth(&query, metric), &scenario.title).ok_or_else(|| {
        Mistake(format!(
            "no reference record holds a figure of `{slug}`: `cargo heapbook run {slug}` measures it"
        ))
    })
}

/// The same of a user's programs, whose cells are sorted by size; `None` if no cell holds a figure.
pub fn programs_plot(metric: Metric, cells: &[Cell]) -> Option<String> {
    let mut variants: Vec<&VariantName> = Vec::new();
    let mut series: Vec<Series> = Vec::new();
    let mut sizes: Vec<u64> = Vec::new();
    for cell in cells {
        let Some(figure) = metric.of(cell) else { continue };
        let (n, variant) = (cell.key.n, &cell.key.variant);
        let known = variants.iter().position(|one| *one == variant);
        let index = known.unwrap_or_else(|| {
            let alike = variants.iter().filter(|one| one.language == variant.language);
            series.push(Series {
                name: variant.to_string(),
                swatch: Swatch::nth(variant.language, alike.count()),
                points: Vec::new(),
            });
            variants.push(variant);
            series.len() - 1
        });
        series[index].points.push(Point { n, figure });
        if sizes.last() != Some(&n) {
            sizes.push(n);
        }
    }
    let growth = Growth {
        title: metric.row().title,
        unit: metric.unit(),
        sizes,
        series,
    };
    growth_as_file(&growth, "programs")
}
