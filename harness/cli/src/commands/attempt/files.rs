//! The answer as CSV, and as files: a plot, and a page that needs nothing around it.

use std::path::Path;

use anyhow::Context;
use heapbook_engine::figures::Metric;
use heapbook_engine::record::Records;
use heapbook_engine::scenario::Scenario;
use heapbook_model::Measured;
use heapbook_report::{Library, escape_html, standalone_plot};

use super::SLUG;
use super::answer::Answer;
use super::table::{HEADS, WORDS_FROM, columns};
use crate::commands::csv_field;

/// How a page looks, in the light and in the dark.
const PAGE_STYLE: &str = "\
:root { color-scheme: light dark; --fg: light-dark(#222, #ddd); --bg: light-dark(#fff, #161923); --table-border-color: light-dark(#ccc, #444); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: var(--fg); background: var(--bg); }
.programs, table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
td, th { padding: 0.2rem 0.5rem; white-space: nowrap; border-bottom: 1px solid var(--table-border-color); text-align: right; }
td:first-child, td:nth-last-child(-n+2), th:first-child, th:nth-last-child(-n+2) { text-align: left; }
.scrolls { overflow-x: auto; }
pre { overflow-x: auto; }
";

/// Exact figures in bytes, times in nanoseconds: nothing is rounded.
pub(super) fn csv(answer: &Answer) -> String {
    let mut text = "program,code,runtime,n,peak_bytes,allocations,retained_bytes,time_ns,time_low_ns,time_high_ns,peak_against_first,\
                    time_against_first,error\n"
        .to_owned();
    for (place, program) in answer.programs.iter().enumerate() {
        let lead = format!(
            "{},{},{}",
            place + 1,
            csv_field(&program.says),
            csv_field(&program.runtime)
        );
        for row in &program.rows {
            let whole = |figure: Option<Measured>| match figure {
                Some(Measured::Exact(value)) => value.to_string(),
                Some(Measured::Range { low, high }) => format!("{low}..{high}"),
                _ => String::new(),
            };
            let time = row.time.map_or_else(
                || ",,".to_owned(),
                |time| format!("{:.1},{:.1},{:.1}", time.typical(), time.low(), time.high()),
            );
            let [peak_against, time_against] = row
                .against_first
                .map(|against| against.map_or("", |against| against.outcome.word()));
            text.push_str(&format!(
                "{lead},{},{},{},{},{time},{peak_against},{time_against},\n",
                row.n,
                whole(row.peak),
                whole(row.allocations),
                whole(row.retained)
            ));
        }
        if let Some(failure) = &program.failure {
            text.push_str(&format!("{lead},,,,,,,,,,{}\n", csv_field(failure)));
        }
    }
    text
}

/// Sees to it, before anything is measured, that a file can be written; leaves what is there.
///
/// # Errors
/// When it cannot.
pub(super) fn try_to_write(path: &Path) -> anyhow::Result<()> {
    let is_new = !path.exists();
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(path);
    opened.with_context(|| cannot_write(path))?;
    if is_new {
        std::fs::remove_file(path).with_context(|| cannot_write(path))?;
    }
    Ok(())
}

fn cannot_write(path: &Path) -> String {
    format!(
        "cannot write {}: check the folder and its permissions",
        path.display()
    )
}

/// Writes the plot of the peak.
///
/// # Errors
/// When there is nothing to draw, or the file cannot be written.
pub(super) fn write_svg(path: &Path, scenario: &Scenario, records: &Records) -> anyhow::Result<()> {
    let scenarios = std::slice::from_ref(scenario);
    let plot = standalone_plot(SLUG, Metric::Peak, &[], &library(scenarios, records));
    let plot = plot
        .ok()
        .context("there is nothing to draw: every program failed")?;
    write(path, &plot)
}

/// Writes a page with the table, and a plot of the peak and one of the time.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write_html(
    path: &Path,
    answer: &Answer,
    scenario: &Scenario,
    records: &Records,
) -> anyhow::Result<()> {
    let scenarios = std::slice::from_ref(scenario);
    let library = library(scenarios, records);
    let mut body = String::from("<h1>Programs side by side</h1>\n<ol class=\"programs\">\n");
    for program in &answer.programs {
        let growth = program
            .growth
            .as_ref()
            .map_or_else(String::new, |growth| format!(" Peak: {growth}."));
        body.push_str(&format!(
            "<li><pre><code>{}</code></pre><p>{}.{}</p></li>\n",
            escape_html(&program.says),
            escape_html(&program.runtime),
            escape_html(&growth)
        ));
    }
    body.push_str("</ol>\n");
    body.push_str(&table(answer));
    for (place, program) in answer.programs.iter().enumerate() {
        if let Some(failure) = &program.failure {
            body.push_str(&format!(
                "<p>[{}] failed:</p><pre>{}</pre>\n",
                place + 1,
                escape_html(failure)
            ));
        }
    }
    for remark in &answer.remarks {
        body.push_str(&format!("<p>{}</p>\n", escape_html(remark)));
    }
    for metric in [Metric::Peak, Metric::Time] {
        if let Ok(plot) = standalone_plot(SLUG, metric, &[], &library) {
            body.push_str(&plot);
        }
    }
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>Programs side by side</title>\n<style>\n{PAGE_STYLE}</style>\n</head>\n<body>\n{body}</body>\n</html>\n"
    );
    write(path, &page)
}

fn table(answer: &Answer) -> String {
    let heads = HEADS.iter().enumerate().map(|(column, head)| match column {
        WORDS_FROM.. => format!("<th scope=\"col\">{head} against [1]</th>"),
        _ => format!("<th scope=\"col\">{head}</th>"),
    });
    let heads: String = heads.collect();
    let row = |(place, _, row): (usize, _, _)| {
        let texts: String = columns(place, row)
            .iter()
            .map(|text| format!("<td>{}</td>", escape_html(text)))
            .collect();
        format!("<tr>{texts}</tr>\n")
    };
    let rows: String = answer.rows().map(row).collect();
    format!(
        "<div class=\"scrolls\"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n"
    )
}

fn library<'a>(scenarios: &'a [Scenario], records: &'a Records) -> Library<'a> {
    Library {
        scenarios,
        reference: records,
        local: None,
        overhead: &[],
        peers: None,
        profilers: None,
        headline_python: None,
    }
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    std::fs::write(path, text).with_context(|| cannot_write(path))
}
