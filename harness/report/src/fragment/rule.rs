//! `{{#rule}}` and `{{#cheat-sheet}}`: what to remember of a lesson, and of all of them.

use heapbook_engine::claim::{Verdict, concerns, evaluate};
use heapbook_engine::record::View;
use heapbook_engine::scenario::{Claim, Expectation, Reference, Rule, Scenario, Test};

use super::Page;
use super::claim::{evidence_of, verdict_class};
use super::parts::code;
use crate::escape;
use crate::library::{Library, minor};
use crate::words::{Mistake, Words};

/// The sentence to remember of a scenario.
pub(crate) fn rule<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let Some(rule) = &scenario.rule else {
        return Err(Mistake(format!(
            "`{}` has no rule: add a table `[rule]` with `says` and `claim` to its scenario.toml",
            scenario.slug
        )));
    };
    Ok(format!(
        "<p class=\"hb-rule\"><strong>{}</strong></p>",
        escape::prose(&rule.says)
    ))
}

/// The rules of all scenarios, each with the figures of its claim and the versions for which it
/// holds, on one page.
pub(crate) fn cheat_sheet<'a>(page: &mut Page<'a>, _words: &mut Words<'a>) -> Result<String, Mistake> {
    let library = page.library;
    let rows = library.in_order().into_iter().filter_map(|scenario| {
        let rule = scenario.rule.as_ref()?;
        Some(row(page, scenario, rule, scenario.claim(&rule.claim)?))
    });
    Ok(format!(
        "<table class=\"hb-cheat-sheet\"><thead><tr><th scope=\"col\">Lesson</th><th scope=\"col\">Rule</th><th scope=\"col\">Measured</th><th scope=\"col\">Holds for</th></tr></thead><tbody>{}</tbody></table>",
        rows.collect::<String>()
    ))
}

fn row(page: &Page<'_>, scenario: &Scenario, rule: &Rule, claim: &Claim) -> String {
    let library = page.library;
    let view = library.reference_side(None);
    let decision = evaluate(claim, scenario, &view);
    let (class, versions) = versions(library, scenario, claim);
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{}: {}</td><td class=\"hb-verdict {class}\">{}</td></tr>",
        page.title_of(scenario),
        escape::prose(&rule.says),
        subject(claim),
        evidence_of(claim, scenario, &decision, &view),
        escape::html(&versions)
    )
}

/// What was measured: of which variant, where the figures do not name it themselves.
fn subject(claim: &Claim) -> String {
    let metric = claim.metric.row().title;
    match claim.test {
        Test::Bound(_, Reference::Relative { .. }) => metric.to_owned(),
        Test::Growth(_) | Test::Bound(_, Reference::Absolute(_)) => {
            format!("{metric} of {}", code(&claim.of.to_string()))
        }
    }
}

/// For which of the book's Pythons a claim holds: `3.11 to 3.15`, `3.14 and 3.15`.
fn versions(library: &Library<'_>, scenario: &Scenario, claim: &Claim) -> (&'static str, String) {
    let all: Vec<&str> = library.reference.pythons(&scenario.slug);
    let holds = |version: &&str| {
        let view = View::new(library.reference, Some(version));
        concerns(claim, scenario, &view) && evaluate(claim, scenario, &view).verdict == expected(claim)
    };
    let held: Vec<String> = all
        .iter()
        .copied()
        .filter(holds)
        .map(|version| minor(version).to_owned())
        .collect();
    match held.as_slice() {
        [] => (verdict_class(Verdict::Fails), "no version measured".to_owned()),
        [first, .., last] if held.len() == all.len() && held.len() > 2 => {
            (verdict_class(Verdict::Holds), format!("{first} to {last}"))
        }
        _ => (verdict_class(Verdict::Holds), super::parts::listed(&held)),
    }
}

/// The verdict that bears a rule out: that of the claim, or its failing where it is a common belief
/// that the rule corrects.
fn expected(claim: &Claim) -> Verdict {
    match claim.expect {
        Expectation::Holds => Verdict::Holds,
        Expectation::Fails => Verdict::Fails,
    }
}
