//! `{{#claim}}`: a statement, and what the records say of it.

use heapbook_engine::claim::{
    Claim, Decision, Evidence, Expectation, Growth, Reference, Test, Verdict, evaluate,
};
use heapbook_engine::record::Cell;
use heapbook_engine::scenario::Scenario;

use super::parts::{code, data, listed, metric_title, stale_badge};
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
            let number = display::quantity(claim.metric.unit(), *number as f64);
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

/// One side's verdict and the figures that decided it.
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
    let evidence = match decision.evidence.as_slice() {
        [] => String::new(),
        figures => format!(": {}", evidence(claim, figures)),
    };
    format!(
        "<p class=\"hb-claim-verdict{surprise}\">{lead}<strong class=\"hb-verdict {}\">{}</strong>{evidence}.{} {}</p>",
        verdict_class(decision.verdict),
        decision.verdict.words(),
        stale(scenario, &cells),
        provenance::sentence(side, &cells)
    )
}

/// The figures, each variant named once.
fn evidence(claim: &Claim, figures: &[Evidence]) -> String {
    let unit = claim.metric.unit();
    let shown = |figure: &Evidence| data(unit, figure.measured, &display::measured(unit, figure.measured));
    match &claim.test {
        Test::Growth(_)
            if figures
                .iter()
                .all(|figure| figure.measured == figures[0].measured) =>
        {
            format!("{} at every size", shown(&figures[0]))
        }
        Test::Growth(_) => {
            let each: Vec<String> = figures
                .iter()
                .map(|figure| format!("{} at {}", shown(figure), display::size(figure.n)))
                .collect();
            listed(&each)
        }
        Test::Bound(..) => {
            let each: Vec<String> = figures
                .iter()
                .map(|figure| format!("{} for {}", shown(figure), code(&figure.variant.to_string())))
                .collect();
            listed(&each)
        }
    }
}

/// A label where a figure is of other code. A quick run is marked by the provenance.
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
