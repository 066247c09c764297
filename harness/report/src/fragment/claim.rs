//! `{{#claim}}`: a statement, and what the records say of it.

mod evidence;

use heapbook_engine::claim::{Decision, Verdict, concerns, evaluate};
use heapbook_engine::record::{Cell, View};
use heapbook_engine::scenario::{At, Claim, Expectation, Reference, Scenario, Test};
use heapbook_model::{Growth, Language, Measured, Unit};

use super::parts::{code, staleness};
use super::{Page, choice};
use crate::display;
use crate::escape;
use crate::library::{Library, minor};
use crate::words::{Mistake, Words, unknown};

/// The claim's sentence with its verdict.
pub(crate) fn claim<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let id = words.next("the claim's id")?;
    let claim = scenario.claim(id).ok_or_else(|| {
        let known = scenario.claims.iter().map(|claim| &claim.id);
        unknown("claim", id, &scenario.slug, known)
    })?;
    page.follow(scenario);
    let python = words.python()?;
    boxes(page, (scenario, claim, python), Row::Always)
}

/// When a claim shows the verdicts of the other versions.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// Whatever they are.
    Always,
    /// Where they are not all the same: a claim among many says no more than there is to say.
    WhereTheyDiffer,
}

/// A claim with all that the choices make of it: in one box where the verdict is the same for all,
/// else in a box for each. A Python that the page names decides it whatever is chosen.
pub(super) fn boxes<'a>(
    page: &mut Page<'a>,
    (scenario, claim, python): (&'a Scenario, &Claim, Option<&'a str>),
    row: Row,
) -> Result<String, Mistake> {
    let decided = |page: &Page<'a>| {
        let (view, lead) = deciding(page, scenario, claim, python);
        let decision = evaluate(claim, scenario, &view);
        let said = verdict(scenario, claim, &decision, &view, &lead);
        (decision.verdict, said)
    };
    let row = by_version(page.library, scenario, claim, row);
    let mut verdicts = page.choices.iter().map(|choice| {
        page.choice = *choice;
        decided(page).0
    });
    let first = verdicts.next().unwrap_or(Verdict::NotMeasured);
    let is_same = verdicts.all(|verdict| verdict == first);
    if is_same {
        let said = choice::of_each(page, Some(scenario), |page| Ok(decided(page).1))?;
        return Ok(boxed(page, claim, first, &(said + &row)));
    }
    choice::of_each(page, Some(scenario), |page| {
        let (verdict, said) = decided(page);
        Ok(boxed(page, claim, verdict, &(said + &row)))
    })
}

/// A claim in its box, with what is said of it.
fn boxed(page: &mut Page<'_>, claim: &Claim, verdict: Verdict, said: &str) -> String {
    let (class, label) = match claim.expect {
        Expectation::Holds => ("", ""),
        Expectation::Fails => (
            " hb-known-wrong",
            "<p class=\"hb-claim-label\">Known to be wrong</p>",
        ),
    };
    format!(
        "<div class=\"hb-claim {}{class}\" id=\"{}\" role=\"group\" aria-label=\"Claim\">{label}<p class=\"hb-claim-says\">{}</p><p class=\"hb-claim-test\">{}</p>{said}</div>",
        verdict_class(verdict),
        page.identifier(),
        escape::prose(&claim.says),
        test(claim),
    )
}

/// The records that decide a claim, and what is said before the verdict. Unless the page names a
/// version, a claim about others than the one in view is decided on the newest that it is about.
pub(super) fn deciding<'a>(
    page: &Page<'a>,
    scenario: &Scenario,
    claim: &Claim,
    python: Option<&'a str>,
) -> (View<'a>, String) {
    let view = page.view(scenario, python);
    if python.is_some() || concerns(claim, scenario, &view) {
        return (view, String::new());
    }
    let fits = |view: &View<'a>| concerns(claim, scenario, view);
    let Some(view) = View::of_newest_python_where(page.records(), &scenario.slug, fits) else {
        return (view, String::new());
    };
    let version = view.python_version(&scenario.slug);
    let lead = version.map(|version| format!("CPython {}: ", escape::html(version)));
    (view, lead.unwrap_or_default())
}

/// The book's verdicts on each version of Python in a row; empty for a claim about Rust, and where
/// there is one version alone.
fn by_version(library: &Library<'_>, scenario: &Scenario, claim: &Claim, row: Row) -> String {
    let versions = library.reference.pythons(&scenario.slug);
    if claim.of.language == Language::Rust || versions.len() < 2 {
        return String::new();
    }
    let verdicts = versions.iter().map(|version| {
        let view = View::new(library.reference, Some(version));
        concerns(claim, scenario, &view).then(|| evaluate(claim, scenario, &view).verdict)
    });
    let verdicts: Vec<Option<Verdict>> = verdicts.collect();
    let mut decided = verdicts.iter().flatten();
    let first = decided.next();
    if row == Row::WhereTheyDiffer && decided.all(|verdict| Some(verdict) == first) {
        return String::new();
    }
    let each = versions.into_iter().zip(verdicts).map(|(version, verdict)| {
        let (class, mark, word) = match verdict {
            Some(Verdict::Holds) => ("hb-holds", "✓", "holds"),
            Some(Verdict::Fails) => ("hb-fails", "✗", "fails"),
            Some(Verdict::CannotTell) => ("hb-cannot-tell", "?", "cannot tell"),
            Some(Verdict::NotMeasured) => ("hb-not-measured", "–", "not measured"),
            None => ("hb-not-measured", "–", "not about this version"),
        };
        format!(
            "<li>{} <span class=\"hb-verdict {class}\"><span aria-hidden=\"true\">{mark}</span><span class=\"hb-spoken\">{word}</span></span></li>",
            escape::html(minor(version))
        )
    });
    format!(
        "<ul class=\"hb-by-version\" aria-label=\"By version of CPython\">{}</ul>",
        each.collect::<String>()
    )
}

/// What the claim asks of the records.
fn test(claim: &Claim) -> String {
    let subject = format!(
        "{} of {}",
        claim.metric.row().title.to_lowercase(),
        code(&claim.of.to_string())
    );
    let at = match claim.at {
        At::Size(n) => format!("at n = {}", display::size(n)),
        At::All => "at every n".to_owned(),
    };
    let number = |number: i64| amount(claim.metric.unit(), number);
    let tested = match &claim.test {
        Test::Growth(growth) => format!("{subject} {} over all sizes", growth_words(*growth)),
        Test::Bound(relation, Reference::Absolute(bound)) => {
            format!("{subject} {relation} {} {at}", number(*bound))
        }
        Test::Bound(relation, Reference::Relative { times, plus, of }) => {
            let factor = match *times {
                1.0 => String::new(),
                times => format!("{times} × "),
            };
            let beside = match plus {
                0 => String::new(),
                1.. => format!(" plus {}", number(*plus)),
                _ => format!(" less {}", number(-plus)),
            };
            let of = code(&of.to_string());
            format!("{subject} {relation} {factor}that of {of}{beside} {at}")
        }
    };
    let versions = match &claim.python {
        None => String::new(),
        Some(versions) => escape::html(&format!(", for Python {versions}")),
    };
    format!("Tested: {tested}{versions}.")
}

/// A class of growth as what a figure does.
fn growth_words(growth: Growth) -> &'static str {
    match growth {
        Growth::Constant => "constant",
        Growth::Logarithmic => "growing with the logarithm of n",
        Growth::Linear => "growing in step with n",
        Growth::Quadratic => "growing with n²",
    }
}

/// A number of the claim's own, with nothing rounded away but times.
fn amount(unit: Unit, number: i64) -> String {
    match unit {
        Unit::Nanos => display::time(number as f64),
        unit => display::exact(unit, Measured::Exact(number)),
    }
}

/// The figures that decided, in a clause; empty where there are none.
pub(super) fn evidence_of(
    claim: &Claim,
    scenario: &Scenario,
    decision: &Decision,
    view: &View<'_>,
) -> String {
    match decision.evidence.as_slice() {
        [] => String::new(),
        _ => evidence::of(claim, decision, &cells(scenario, decision, view)),
    }
}

/// The verdict and the figures that decided it.
fn verdict(scenario: &Scenario, claim: &Claim, decision: &Decision, side: &View<'_>, lead: &str) -> String {
    let cells = cells(scenario, decision, side);
    let surprise = match decision.surprises(claim) {
        true => " hb-surprise",
        false => "",
    };
    let word = decision.verdict.words();
    let evidence = match evidence_of(claim, scenario, decision, side) {
        none if none.is_empty() => none,
        evidence => format!(": {evidence}"),
    };
    format!(
        "<p class=\"hb-claim-verdict{surprise}\">{lead}<strong class=\"hb-verdict {}\">{word}</strong>{evidence}.{}</p>",
        verdict_class(decision.verdict),
        staleness(scenario, &cells),
    )
}

/// The cells whose figures decided.
fn cells<'a>(scenario: &Scenario, decision: &Decision, side: &View<'a>) -> Vec<&'a Cell> {
    let figures = decision.evidence.iter();
    figures
        .filter_map(|figure| side.cell(&scenario.slug, &figure.variant, figure.n))
        .collect()
}

pub(super) fn verdict_class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Holds => "hb-holds",
        Verdict::Fails => "hb-fails",
        Verdict::CannotTell => "hb-cannot-tell",
        Verdict::NotMeasured => "hb-not-measured",
    }
}
