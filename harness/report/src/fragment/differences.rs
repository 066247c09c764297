//! `{{#differences}}`: the claims that come out otherwise on the reader's machine.

use heapbook_engine::claim::{Verdict, concerns, evaluate};
use heapbook_engine::record::View;
use heapbook_engine::scenario::{Claim, Scenario};

use super::Page;
use super::claim::verdict_class;
use crate::display;
use crate::escape;
use crate::words::{Mistake, Words};

/// Each claim that the reader's own records decide otherwise than the book's do for the same
/// version, and how many come out alike.
pub(crate) fn differences<'a>(page: &mut Page<'a>, _words: &mut Words<'a>) -> Result<String, Mistake> {
    let library = page.library;
    let (mut alike, mut rows) = (0, String::new());
    for scenario in library.scenarios {
        let book = library.reference_side(None);
        let Some(own) = library.local_side(scenario, &book) else {
            continue;
        };
        let book = View::preferring(library.reference, own.python_version(&scenario.slug));
        for claim in &scenario.claims {
            match verdicts(claim, scenario, [&book, &own]) {
                Some([one, other]) if one != other => rows.push_str(&row(scenario, claim, [one, other])),
                Some(_) => alike += 1,
                None => {}
            }
        }
    }
    let checks = display::size(alike);
    Ok(match (alike, rows.is_empty()) {
        (0, true) => "<p>Nothing is measured on your machine yet: <code>cargo heapbook run --quick</code> measures it, and <code>cargo heapbook book</code> puts it in here.</p>".to_owned(),
        (_, true) => format!("<p>All {checks} claims that were decided on your machine come out as in the book.</p>"),
        _ => format!(
            "<p>{checks} claims come out on your machine as in the book. These do not:</p><table class=\"hb-differences\"><thead><tr><th scope=\"col\">Lesson</th><th scope=\"col\">Claim</th><th scope=\"col\">The book’s</th><th scope=\"col\">Yours</th></tr></thead><tbody>{rows}</tbody></table>"
        ),
    })
}

/// The verdicts of both, where both have one.
fn verdicts(claim: &Claim, scenario: &Scenario, sides: [&View<'_>; 2]) -> Option<[Verdict; 2]> {
    if !sides.iter().all(|side| concerns(claim, scenario, side)) {
        return None;
    }
    let verdicts = sides.map(|side| evaluate(claim, scenario, side).verdict);
    (!verdicts.contains(&Verdict::NotMeasured)).then_some(verdicts)
}

fn row(scenario: &Scenario, claim: &Claim, verdicts: [Verdict; 2]) -> String {
    let [book, own] = verdicts.map(|verdict| {
        let class = verdict_class(verdict);
        format!(
            "<td><strong class=\"hb-verdict {class}\">{}</strong></td>",
            verdict.words()
        )
    });
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td>{book}{own}</tr>",
        escape::html(&scenario.title),
        escape::prose(&claim.says)
    )
}
