//! `{{#claims}}`: the claims of a scenario that a page does not show one by one, folded.

use heapbook_engine::claim::{Decision, Verdict, evaluate};
use heapbook_engine::scenario::{Claim, Expectation};

use super::claim::{Row, boxes, deciding};
use super::{Page, choice};
use crate::words::{Mistake, Words};

/// How many they are and what they come to, and behind that the claims themselves.
pub(crate) fn claims<'a>(page: &mut Page<'a>, words: &mut Words<'a>) -> Result<String, Mistake> {
    let scenario = words.scenario(page.library)?;
    let is_shown = |claim: &&Claim| {
        page.claims
            .iter()
            .any(|(slug, id)| *slug == scenario.slug && *id == claim.id)
    };
    let left: Vec<&Claim> = scenario.claims.iter().filter(|claim| !is_shown(claim)).collect();
    if left.is_empty() {
        return Err(Mistake(format!(
            "the page shows every claim of `{}` already: leave `claims` out",
            scenario.slug
        )));
    }
    page.follow(scenario);
    let summary = choice::of_each(page, Some(scenario), |page| {
        let mut sum = Sum::default();
        for claim in &left {
            let (view, _) = deciding(page, scenario, claim, None);
            sum.add(claim, &evaluate(claim, scenario, &view));
        }
        Ok(sum.in_words())
    })?;
    let boxes = left
        .into_iter()
        .map(|claim| boxes(page, (scenario, claim, None), Row::WhereTheyDiffer));
    let boxes: String = boxes.collect::<Result<_, _>>()?;
    Ok(format!(
        "<details class=\"hb-claims\"><summary>{summary}</summary>{boxes}</details>"
    ))
}

/// What claims come to.
#[derive(Debug, Default)]
struct Sum {
    hold: usize,
    refuted: usize,
    surprise: usize,
    open: usize,
}

impl Sum {
    fn add(&mut self, claim: &Claim, decision: &Decision) {
        let kind = match (decision.verdict, claim.expect) {
            (Verdict::CannotTell | Verdict::NotMeasured, _) => &mut self.open,
            _ if decision.surprises(claim) => &mut self.surprise,
            (_, Expectation::Holds) => &mut self.hold,
            (_, Expectation::Fails) => &mut self.refuted,
        };
        *kind += 1;
    }

    fn in_words(&self) -> String {
        let Sum {
            hold,
            refuted,
            surprise,
            open,
        } = *self;
        let all = hold + refuted + surprise + open;
        let checks = if all == 1 { "check" } else { "checks" };
        if hold == all {
            let hold = if all == 1 { "it holds" } else { "all hold" };
            return format!("{all} more {checks}, {hold}");
        }
        let parts: Vec<String> = [
            (hold, "holds", "hold"),
            (
                refuted,
                "is a common belief that fails",
                "are common beliefs that fail",
            ),
            (
                surprise,
                "comes out otherwise than the book says",
                "come out otherwise than the book says",
            ),
            (open, "is not decided here", "are not decided here"),
        ]
        .into_iter()
        .filter(|(count, ..)| *count > 0)
        .map(|(count, one, several)| format!("{count} {}", if count == 1 { one } else { several }))
        .collect();
        format!("{all} more {checks}: {}", super::parts::listed(&parts))
    }
}

#[cfg(test)]
mod tests {
    use super::Sum;

    #[test]
    fn claims_are_summed_up_in_a_sentence() {
        let sum = |hold, refuted, surprise, open| {
            let sum = Sum {
                hold,
                refuted,
                surprise,
                open,
            };
            sum.in_words()
        };
        assert_eq!(sum(8, 0, 0, 0), "8 more checks, all hold");
        assert_eq!(sum(1, 0, 0, 0), "1 more check, it holds");
        assert_eq!(
            sum(6, 1, 0, 2),
            "9 more checks: 6 hold, 1 is a common belief that fails and 2 are not decided here"
        );
    }
}
