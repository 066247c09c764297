//! The claims of the corpus, decided on the reference records of every Python, and on the reader's
//! own.

use heapbook_engine::claim::{Decision, Evidence, Verdict, concerns, evaluate};
use heapbook_engine::figures::Metric;
use heapbook_engine::record::{Records, View};
use heapbook_engine::scenario::{Claim, Corpus, Expectation, Scenario};
use heapbook_report::display;

use super::{Finding, Severity};

/// Decides every claim on every Python's records.
///
/// On the reference a verdict other than the expected one is an error, and one that cannot be told
/// a warning. On the reader's own records the first is a warning, and the second is not worth one:
/// a quick run is short.
pub(super) fn check(
    corpus: &Corpus,
    reference: &Records,
    local: Option<&Records>,
    findings: &mut Vec<Finding>,
) {
    let local = local.map(|local| (local, true));
    for (records, is_local) in [(reference, false)].into_iter().chain(local) {
        // One without any records is new, and told elsewhere.
        let measured = |scenario: &&Scenario| !records.of(&scenario.slug).is_empty();
        for scenario in corpus.scenarios.iter().filter(measured) {
            let mut pythons: Vec<Option<&str>> =
                records.pythons(&scenario.slug).into_iter().map(Some).collect();
            if pythons.is_empty() {
                pythons.push(None);
            }
            let view = |python| (python, View::new(records, python));
            let views: Vec<(Option<&str>, View<'_>)> = pythons.into_iter().map(view).collect();
            for claim in &scenario.claims {
                findings.extend(of_claim(scenario, claim, &views, is_local));
            }
        }
    }
}

/// What is to be said of one claim: once, where its verdict does not depend on Python.
fn of_claim(
    scenario: &Scenario,
    claim: &Claim,
    views: &[(Option<&str>, View<'_>)],
    is_local: bool,
) -> Vec<Finding> {
    let looks = match claim.depends_on_python() {
        true => views,
        false => &views[..1],
    };
    let concerned = looks.iter().filter(|(_, view)| concerns(claim, scenario, view));
    concerned
        .filter_map(|(python, view)| {
            let python = python.filter(|_| claim.depends_on_python());
            let decision = evaluate(claim, scenario, view);
            finding(scenario, claim, &decision, python, is_local)
        })
        .collect()
}

fn finding(
    scenario: &Scenario,
    claim: &Claim,
    decision: &Decision,
    python: Option<&str>,
    is_local: bool,
) -> Option<Finding> {
    let severity = match (is_local, decision.surprises(claim), decision.verdict) {
        (false, true, _) => Severity::Error,
        (true, true, _) | (false, _, Verdict::CannotTell) => Severity::Warning,
        _ => return None,
    };
    let expected = match claim.expect {
        Expectation::Holds => "hold",
        Expectation::Fails => "fail",
    };
    let verdict = match decision.verdict {
        Verdict::CannotTell => "the records cannot tell".to_owned(),
        verdict => format!("it {}", verdict.words()),
    };
    let where_ = if is_local { " on your machine" } else { "" };
    let runtime = python.map_or_else(String::new, |python| format!(" (CPython {python})"));
    let help = match decision.verdict {
        _ if is_local => {
            "nothing needs to be done: the book speaks of the reference records, and shows yours beside them"
        }
        Verdict::CannotTell => {
            "measure it in a full run on a quiet machine, or claim less: a wider bound, another metric"
        }
        _ => "correct the lesson by the measurement: reword the claim, or set `expect` or `python`",
    };
    let message = format!(
        "the claim `{}` was expected to {expected}, and {verdict}{where_}{runtime}: {}",
        claim.id,
        figures(claim, decision)
    );
    let file = format!("scenarios/{}/scenario.toml", scenario.slug);
    Some(Finding::new(severity, file, message, help).at(claim.line))
}

/// The figures that decided, in words.
fn figures(claim: &Claim, decision: &Decision) -> String {
    let figure = |figure: &Evidence| {
        format!(
            "{} {} at n = {}",
            figure.variant,
            display::unrounded(claim.metric.unit(), figure.measured),
            display::size(figure.n)
        )
    };
    let mut words: Vec<String> = decision.evidence.iter().map(figure).collect();
    words.extend(decision.ratios.iter().map(|ratio| {
        format!(
            "their ratio lies between {} and {} at n = {}",
            display::factor(ratio.interval.low),
            display::factor(ratio.interval.high),
            display::size(ratio.n)
        )
    }));
    if let Some(growth) = &decision.growth {
        let fits = growth.candidates.iter().map(|candidate| {
            format!(
                "{} by {}",
                candidate.growth.word(),
                display::percent(candidate.miss)
            )
        });
        let fits: Vec<String> = fits.collect();
        words.push(
            match growth.candidates.iter().all(|candidate| candidate.miss == 0.0) {
                true => "every growth fits within the intervals".to_owned(),
                false => format!("each growth misses: {}", fits.join(", ")),
            },
        );
    }
    let what = match claim.metric {
        Metric::Time => "time of a call",
        metric => metric.word(),
    };
    format!("{what}: {}", words.join("; "))
}
