//! `{{#claim}}`: a statement, and what the records say of it.

use heapbook_engine::claim::{
    Claim, Decision, Evidence, Expectation, Growth, Reference, Relation, Test, Verdict, evaluate,
};
use heapbook_engine::record::{Cell, Measured, Metric};
use heapbook_engine::scenario::Scenario;
use heapbook_engine::units::Unit;

use super::parts::{code, data, explained, listed, metric_title, stale_badge};
use super::value::factor;
use super::{Page, provenance};
use crate::directive::options::unknown;
use crate::directive::{Mistake, Words};
use crate::display;
use crate::escape;
use crate::library::{Side, is_stale};

/// The claim's sentence with its verdict, and the verdict on the reader's own records where there are any.
pub(crate) fn claim<'a>(page: &mut Page<'a>, mut words: Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let id = words.next("the claim's id")?;
    let claim = scenario.claim(id).ok_or_else(|| {
        let known = scenario.claims.iter().map(|claim| claim.id.as_str());
        unknown(&format!("claim of `{}`", scenario.slug), id, known)
    })?;
    let reference = page.library.reference_side(words.python()?);
    words.end()?;
    let decision = evaluate(claim, scenario, &reference.view);
    let mut verdicts = verdict(scenario, claim, &decision, &reference, "");
    if let Some(local) = page.library.local_side(scenario) {
        let decision = evaluate(claim, scenario, &local.view);
        verdicts.push_str(&verdict(scenario, claim, &decision, &local, "On your machine: "));
    }
    let (class, label) = match claim.expect {
        Expectation::Holds => ("", ""),
        Expectation::Fails => (
            " hb-known-wrong",
            "<p class=\"hb-claim-label\">Known to be wrong</p>",
        ),
    };
    Ok(format!(
        "<div class=\"hb-claim {}{class}\" id=\"{}\" role=\"group\" aria-label=\"Claim\">{label}<p class=\"hb-claim-says\">{}</p><p class=\"hb-claim-test\">{}</p>{verdicts}</div>",
        verdict_class(decision.verdict),
        page.identifier(),
        escape::prose(&claim.says),
        test(claim)
    ))
}

/// What the claim asks of the records.
fn test(claim: &Claim) -> String {
    let subject = format!(
        "{} of {}",
        metric_title(claim.metric).to_lowercase(),
        code(&claim.of.to_string())
    );
    let at = format!("at n = {}", display::size(claim.at));
    let asked = match &claim.test {
        Test::Growth(Growth::Constant) => format!("{subject} constant over all sizes"),
        Test::Growth(Growth::Linear) => format!("{subject} proportional to n over all sizes"),
        Test::Bound(relation, Reference::Absolute(number)) => {
            let number = match claim.metric.unit() {
                Unit::Nanos => display::time(*number as f64),
                unit => display::exact(unit, Measured::Exact(*number)),
            };
            format!("{subject} {relation} {number} {at}")
        }
        Test::Bound(relation, Reference::Relative { times, of }) => {
            let factor = if *times == 1.0 {
                String::new()
            } else {
                format!("{times} × ")
            };
            format!(
                "{subject} {relation} {factor}that of {} {at}",
                code(&of.to_string())
            )
        }
    };
    let versions = match &claim.python {
        None => String::new(),
        Some(versions) => escape::html(&format!(", for Python {versions}")),
    };
    format!("Tested: {asked}{versions}.")
}

/// One side's verdict and the figures that decided it, with their provenance on demand.
fn verdict(scenario: &Scenario, claim: &Claim, decision: &Decision, side: &Side<'_>, lead: &str) -> String {
    let cells: Vec<&Cell> = decision
        .evidence
        .iter()
        .filter_map(|figure| side.view.cell(&scenario.slug, &figure.variant, figure.n))
        .collect();
    let surprise = if decision.surprises(claim) {
        " hb-surprise"
    } else {
        ""
    };
    let word = match provenance::words(side, &cells).as_str() {
        "" => decision.verdict.words().to_owned(),
        source => explained(decision.verdict.words(), source),
    };
    let evidence = match decision.evidence.as_slice() {
        [] => String::new(),
        figures => format!(": {}", evidence(claim, figures, &cells)),
    };
    format!(
        "<p class=\"hb-claim-verdict{surprise}\">{lead}<strong class=\"hb-verdict {}\">{word}</strong>{evidence}.{}</p>",
        verdict_class(decision.verdict),
        stale(scenario, &cells),
    )
}

/// The figures that decided.
fn evidence(claim: &Claim, figures: &[Evidence], cells: &[&Cell]) -> String {
    match &claim.test {
        Test::Growth(_) => over_sizes(claim.metric.unit(), figures),
        Test::Bound(_, Reference::Absolute(_)) => {
            let exact = |figure| unrounded(claim.metric.unit(), figure);
            listed(&figures.iter().map(exact).collect::<Vec<_>>())
        }
        Test::Bound(relation, Reference::Relative { times, .. }) => {
            compared(claim.metric, *relation, *times, figures, cells)
        }
    }
}

fn rounded(unit: Unit, figure: &Evidence) -> String {
    data(unit, figure.measured, &display::measured(unit, figure.measured))
}

fn unrounded(unit: Unit, figure: &Evidence) -> String {
    data(unit, figure.measured, &display::unrounded(unit, figure.measured))
}

/// Two figures with the ratio in front. They are exact where three digits could not show what decided: for equality,
/// and where the ratio reads as the claim's own factor.
fn compared(metric: Metric, relation: Relation, times: f64, figures: &[Evidence], cells: &[&Cell]) -> String {
    let ratio = match (figures, cells) {
        ([one, other], [one_cell, other_cell]) => {
            factor(metric, (one.measured, *one_cell), (other.measured, *other_cell))
        }
        _ => None,
    };
    let words = ratio.and_then(display::comparison);
    let is_close = words.is_some() && words == display::comparison(times);
    let shown = match relation == Relation::Equals || is_close {
        true => unrounded,
        false => rounded,
    };
    let each: Vec<String> = figures
        .iter()
        .map(|figure| {
            format!(
                "{} for {}",
                shown(metric.unit(), figure),
                code(&figure.variant.to_string())
            )
        })
        .collect();
    match words {
        Some(words) => format!("{words} ({})", listed(&each)),
        None => listed(&each),
    }
}

/// The figures over all sizes: one where they are the same, the first and the last where nothing between them stands
/// out, with the others on demand; else all of them.
fn over_sizes(unit: Unit, figures: &[Evidence]) -> String {
    let at = |figure: &Evidence| format!("{} at {}", rounded(unit, figure), display::size(figure.n));
    let rises = |pair: &[Evidence]| pair[0].measured.typical() <= pair[1].measured.typical();
    let falls = |pair: &[Evidence]| pair[0].measured.typical() >= pair[1].measured.typical();
    match figures {
        [first, rest @ ..] if rest.iter().all(|figure| figure.measured == first.measured) => {
            format!("{} at every n", rounded(unit, first))
        }
        [first, _, .., last] if figures.windows(2).all(rises) || figures.windows(2).all(falls) => {
            let exact = |figure: &Evidence| {
                format!(
                    "{} at {}",
                    display::exact(unit, figure.measured),
                    display::size(figure.n)
                )
            };
            let all: Vec<String> = figures.iter().map(exact).collect();
            format!("{} {} {}", at(first), explained("…", &all.join("; ")), at(last))
        }
        _ => listed(&figures.iter().map(at).collect::<Vec<_>>()),
    }
}

/// A label where a figure is of other code.
fn stale(scenario: &Scenario, cells: &[&Cell]) -> String {
    let is_of_other_code = |cell: &Cell| {
        let variant = scenario.variant(&cell.variant);
        variant.is_some_and(|variant| is_stale(cell, variant))
    };
    if cells.iter().any(|cell| is_of_other_code(cell)) {
        format!(" {}", stale_badge(scenario))
    } else {
        String::new()
    }
}

fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "hb-holds",
        Verdict::Fails => "hb-fails",
        Verdict::CannotTell => "hb-cannot-tell",
        Verdict::NotMeasured => "hb-not-measured",
    }
}
