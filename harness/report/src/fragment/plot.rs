//! `{{#plot}}`: a metric as lines against `n`, or as bars at one size.

use heapbook_engine::figures::Metric;
use heapbook_engine::scenario::Variant;
use heapbook_model::{Measured, Unit};

use super::Page;
use super::figure::{Asked, plot_words};
use crate::directive::{Mistake, Words};
use crate::display;
use crate::escape;
use crate::library::{Reading, Side};
use crate::palette::Swatch;
use crate::plot::description::{Growth, Point, Series};
use crate::plot::strips::{self, Bar, Group, Strips};
use crate::plot::{self, draw_growth, spread_of_growth_is_seen};

/// A plot with its caption.
pub(crate) fn plot<'a>(page: &mut Page<'a>, mut words: Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let metric = words.metric()?;
    let names_size = words.has_option("n");
    let n = words.size(scenario)?;
    let (sizes, draw): (_, fn(&mut Page<'_>, &Asked<'_>, Metric) -> String) = match words.option("style") {
        None | Some("growth") if names_size => {
            let advice = "leave it out, or add style=bars";
            return Err(Mistake(format!(
                "`n=` has no meaning for a plot over all sizes: {advice}"
            )));
        }
        None | Some("growth") => (scenario.sizes.clone(), growth),
        Some("bars") => (vec![n], bars),
        Some(other) => return Err(Mistake(format!("`{other}` is no style: use one of growth, bars"))),
    };
    let asked = Asked {
        scenario,
        variants: words.variants(scenario)?,
        sizes,
        reference: page.library.reference_side(words.python()?),
        local: page.library.local_side(scenario),
    };
    words.end()?;
    Ok(draw(page, &asked, metric))
}

/// How the reader's own figures are drawn as marks.
const OWN_MARKS: &str = "Hollow marks are your machine’s.";

/// How they are drawn as bars.
const OWN_BARS: &str = "Outlined bars are your machine’s.";

fn growth(page: &mut Page<'_>, asked: &Asked<'_>, metric: Metric) -> String {
    let growth = describe_growth(asked, metric);
    let mut caption = format!(
        "<strong>{}</strong> against n: {}. Both axes are on a log scale.",
        growth.title,
        escape::html(metric.row().meaning)
    );
    if growth.values().any(|value| value <= 0.0) {
        caption.push_str(" A log scale has no 0: figures of 0 stand below the break.");
    }
    caption.push_str(asked.spread(metric, spread_of_growth_is_seen(&growth)));
    let drawing = (!growth.series.is_empty()).then(|| {
        let words = plot_words(page, title(asked, &growth), growth.in_words());
        draw_growth(&growth, &words)
    });
    asked.figure(drawing, &caption, OWN_MARKS, |cell| Reading::of(cell, metric))
}

fn title(asked: &Asked<'_>, growth: &Growth) -> String {
    format!("{} against n: {}", growth.title, asked.scenario.title)
}

/// The drawing of the reference's figures alone, as the text of an SVG file; nothing where no record holds a figure.
pub(crate) fn growth_as_file(asked: &Asked<'_>, metric: Metric) -> Option<String> {
    let growth = describe_growth(asked, metric);
    let words = plot::Words {
        identifier: String::new(),
        title: title(asked, &growth),
        description: growth.in_words(),
        ground: plot::Ground::File,
    };
    (!growth.series.is_empty()).then(|| draw_growth(&growth, &words))
}

fn describe_growth(asked: &Asked<'_>, metric: Metric) -> Growth {
    let points = |side: &Side<'_>, variant: &Variant| -> Vec<Point> {
        let figure = |n: u64| side.reading(asked.scenario, variant, n, metric).figure();
        let sizes = asked.sizes.iter();
        sizes
            .filter_map(|&n| {
                Some(Point {
                    n,
                    figure: figure(n)?,
                })
            })
            .collect()
    };
    let series = asked.variants.iter().map(|variant| Series {
        name: variant.name.to_string(),
        swatch: Swatch::of(asked.scenario, &variant.name),
        reference: points(&asked.reference, variant),
        local: asked.local.map_or_else(Vec::new, |side| points(&side, variant)),
    });
    Growth {
        title: metric.row().title,
        unit: metric.unit(),
        sizes: asked.sizes.clone(),
        series: series
            .filter(|series| !series.reference.is_empty() || !series.local.is_empty())
            .collect(),
    }
}

fn bars(page: &mut Page<'_>, asked: &Asked<'_>, metric: Metric) -> String {
    let strips = describe_bars(asked, metric, asked.sizes[0]);
    let what = format!("at n = {}", display::size(asked.sizes[0]));
    let caption = format!(
        "<strong>{}</strong> {what}: {}.{}",
        strips.title,
        escape::html(metric.row().meaning),
        asked.spread(metric, strips.spread_is_seen())
    );
    let drawing = strips.has_figures().then(|| {
        let title = format!("{} {what}: {}", strips.title, asked.scenario.title);
        let words = plot_words(page, title, strips.in_words());
        strips::draw(&strips, &words)
    });
    asked.figure(drawing, &caption, OWN_BARS, |cell| Reading::of(cell, metric))
}

fn describe_bars(asked: &Asked<'_>, metric: Metric, n: u64) -> Strips {
    let reading = |side: &Side<'_>, variant| side.reading(asked.scenario, variant, n, metric).outcome();
    let groups = asked.variants.iter().map(|variant| {
        let reference = reading(&asked.reference, variant);
        Group {
            name: None,
            swatch: Swatch::of(asked.scenario, &variant.name),
            bars: vec![Bar {
                name: variant.name.to_string(),
                is_marked: true,
                opacity: 1.0,
                shown: figure_or_words(metric.unit(), reference),
                reference: reference.ok(),
                local: asked.local.and_then(|side| reading(&side, variant).ok()),
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

/// A figure as it stands beside its bar, or what is said in its place.
pub(super) fn figure_or_words(unit: Unit, figure: Result<Measured, &'static str>) -> String {
    match figure {
        Ok(figure) => display::measured(unit, figure),
        Err(words) => words.to_owned(),
    }
}
