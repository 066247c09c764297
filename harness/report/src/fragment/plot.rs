//! `{{#plot}}`: a metric as lines against `n`, or as bars at one size.

use heapbook_engine::figures::Metric;
use heapbook_engine::record::Cell;
use heapbook_engine::scenario::Variant;
use heapbook_model::{Measured, Unit};

use super::Page;
use super::query::Query;
use crate::display;
use crate::escape;
use crate::library::reading;
use crate::palette::Swatch;
use crate::plot::as_file;
use crate::plot::growth::{Growth, Point, Series};
use crate::plot::strips::{Bar, Group, Strips};
use crate::words::{Mistake, Words, unknown};

/// A plot with its caption.
pub(crate) fn plot<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let names_size = words.has_option("n");
    let mut query = Query::read(page, words)?;
    let metric = words.metric()?;
    match words.option("style") {
        None | Some("growth") if names_size => {
            let advice = "leave it out, or add style=bars";
            Err(Mistake(format!(
                "`n=` has no meaning for a plot over all sizes: {advice}"
            )))
        }
        None | Some("growth") => {
            query.sizes.clone_from(&query.scenario.sizes);
            Ok(growth(page, &query, metric))
        }
        Some("bars") => Ok(bars(page, &query, metric)),
        Some(other) => Err(unknown("style", other, "", ["growth", "bars"])),
    }
}

fn growth(page: &mut Page<'_>, query: &Query<'_>, metric: Metric) -> String {
    let growth = describe_growth(query, metric);
    let mut caption = format!(
        "<strong>{}</strong> against n: {}. Both axes are on a log scale.",
        growth.title,
        escape::html(metric.row().meaning)
    );
    if growth.values().any(|value| value <= 0.0) {
        caption.push_str(" A log scale has no 0: figures of 0 stand below the break.");
    }
    caption.push_str(query.spread(metric, growth.spread_is_seen()));
    let drawing = (!growth.series.is_empty()).then(|| {
        let what = format!("{} against n", growth.title);
        query.drawing(page, &what, &growth)
    });
    query.figure(drawing, &caption, |cell| metric.of(cell).is_some())
}

/// The text of an SVG file; `None` if there is no series.
pub(crate) fn growth_as_file(growth: &Growth, subject: &str) -> Option<String> {
    let title = format!("{} against n: {subject}", growth.title);
    (!growth.series.is_empty()).then(|| as_file(growth, &title))
}

pub(crate) fn describe_growth(query: &Query<'_>, metric: Metric) -> Growth {
    let points = |variant: &Variant| -> Vec<Point> {
        let of = |n| query.view.cell(&query.scenario.slug, &variant.name, n);
        let sizes = query.sizes.iter();
        sizes
            .filter_map(|&n| {
                let (figure, _) = reading(of(n), |cell| metric.of(cell)).ok()?;
                Some(Point { n, figure })
            })
            .collect()
    };
    let series = query.variants.iter().map(|variant| Series {
        name: variant.name.to_string(),
        swatch: Swatch::of(query.scenario, &variant.name),
        points: points(variant),
    });
    Growth {
        title: metric.row().title,
        unit: metric.unit(),
        sizes: query.sizes.clone(),
        series: series.filter(|series| !series.points.is_empty()).collect(),
    }
}

fn bars(page: &mut Page<'_>, query: &Query<'_>, metric: Metric) -> String {
    let strips = describe_bars(query, metric);
    let what = format!("at n = {}", display::size(query.n()));
    let caption = format!(
        "<strong>{}</strong> {what}: {}.{}",
        strips.title,
        escape::html(metric.row().meaning),
        query.spread(metric, strips.spread_is_seen())
    );
    let drawing = strips.has_figures().then(|| {
        let what = format!("{} {what}", strips.title);
        query.drawing(page, &what, &strips)
    });
    query.figure(drawing, &caption, |cell| metric.of(cell).is_some())
}

fn describe_bars(query: &Query<'_>, metric: Metric) -> Strips {
    let groups = query.variants.iter().map(|variant| {
        let name = variant.name.to_string();
        let bar = bar(query, variant, (&name, 1.0), metric.unit(), |cell| {
            metric.of(cell)
        });
        Group {
            name: None,
            swatch: Swatch::of(query.scenario, &variant.name),
            bars: vec![Bar {
                is_marked: true,
                ..bar
            }],
        }
    });
    Strips {
        title: metric.row().title.to_owned(),
        unit: metric.unit(),
        is_log: false,
        groups: groups.collect(),
    }
}

/// A variant's figure as a bar of a name and an opacity, with words in its place where there is
/// none.
pub(super) fn bar(
    query: &Query<'_>,
    variant: &Variant,
    (name, opacity): (&str, f64),
    unit: Unit,
    of: impl Fn(&Cell) -> Option<Measured>,
) -> Bar {
    let found = reading(query.cell(variant), &of);
    Bar {
        name: name.to_owned(),
        is_marked: false,
        opacity,
        shown: match &found {
            Ok((figure, _)) => display::measured(unit, *figure),
            Err(absent) => absent.words().to_owned(),
        },
        figure: found.ok().map(|(figure, _)| figure),
    }
}
