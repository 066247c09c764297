//! `heapbook list`: scenarios, variants, and the validity of their records.

use clap::Args;
use heapbook_engine::record::{Effort, Records};
use heapbook_engine::scenario::{Corpus, Scenario, Variant};
use heapbook_engine::validity::Validity;
use serde::Serialize;

use crate::output::{self, say};
use crate::project::{Root, read_records_if_present, valid_corpus};
use crate::status::Status;
use crate::table::{Align, Table};

#[derive(Debug, Args)]
#[command(after_help = "Examples:\n  heapbook list\n  heapbook list --json")]
pub(crate) struct ListOptions {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

/// A scenario as `--json` prints it.
#[derive(Serialize)]
struct ListedScenario {
    slug: String,
    title: String,
    question: String,
    sizes: Vec<u64>,
    headline: u64,
    variants: Vec<ListedVariant>,
}

/// A variant as `--json` prints it; the states are the worst over all sizes and Pythons.
#[derive(Serialize)]
struct ListedVariant {
    name: String,
    says: String,
    reference: Validity,
    local: Validity,
}

/// The worst state of a variant's records over all sizes and Pythons.
fn worst(scenario: &Scenario, variant: &Variant, records: &Records) -> Validity {
    let states = Validity::by_python(scenario, variant, records, Effort::Full).into_iter();
    states.map(|(_, state)| state).max().unwrap_or(Validity::Missing)
}

/// Lists, as text or as JSON.
pub(crate) fn run(root: &Root, options: &ListOptions) -> anyhow::Result<Status> {
    let project = root.project()?;
    let (corpus, status) = valid_corpus(&project)?;
    let reference = read_records_if_present(&project.reference())?;
    let local = read_records_if_present(&project.local())?;
    let listed = listed(&corpus, &reference, &local);
    if options.json {
        say!("{}", serde_json::to_string_pretty(&listed)?);
    } else {
        output::answer(format_args!("{}", text(&listed)));
    }
    Ok(status)
}

fn listed(corpus: &Corpus, reference: &Records, local: &Records) -> Vec<ListedScenario> {
    let variant = |scenario: &Scenario, variant: &Variant| ListedVariant {
        name: variant.name.to_string(),
        says: variant.says.clone(),
        reference: worst(scenario, variant, reference),
        local: worst(scenario, variant, local),
    };
    let scenario = |scenario: &Scenario| ListedScenario {
        slug: scenario.slug.clone(),
        title: scenario.title.clone(),
        question: scenario.question.clone(),
        sizes: scenario.sizes.clone(),
        headline: scenario.headline,
        variants: scenario
            .variants
            .iter()
            .map(|one| variant(scenario, one))
            .collect(),
    };
    corpus.scenarios.iter().map(scenario).collect()
}

fn text(scenarios: &[ListedScenario]) -> String {
    let of_scenario = |scenario: &ListedScenario| {
        let mut table = Table::new([
            ("", Align::Left),
            ("variant", Align::Left),
            ("reference", Align::Left),
            ("yours", Align::Left),
            ("says", Align::Left),
        ]);
        for variant in &scenario.variants {
            table.push([
                String::new(),
                variant.name.clone(),
                variant.reference.to_string(),
                variant.local.to_string(),
                variant.says.clone(),
            ]);
        }
        format!("{}: {}\n{table}\n", scenario.slug, scenario.question)
    };
    scenarios.iter().map(of_scenario).collect()
}
