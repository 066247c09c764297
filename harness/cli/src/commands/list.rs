//! `heapbook list`: scenarios, variants, and the validity of their records.

use clap::Args;
use heapbook_engine::record::{Effort, Records};
use heapbook_engine::scenario::{Scenario, Variant};
use heapbook_engine::validity::Validity;
use serde_json::{Value, json};

use crate::output::{say, say_json};
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
    if options.json {
        let scenarios = corpus.scenarios.iter();
        let listed: Vec<Value> = scenarios.map(|one| as_json(one, &reference, &local)).collect();
        say_json(&listed)?;
    } else {
        for scenario in &corpus.scenarios {
            let variants = table(scenario, &reference, &local);
            say!("{}: {}\n{variants}", scenario.slug, scenario.question);
        }
    }
    Ok(status)
}

/// A scenario with its variants; their states are the worst over all sizes and Pythons.
fn as_json(scenario: &Scenario, reference: &Records, local: &Records) -> Value {
    let variant = |variant: &Variant| {
        json!({
            "name": variant.name, "says": variant.says,
            "reference": worst(scenario, variant, reference), "local": worst(scenario, variant, local),
        })
    };
    json!({
        "slug": scenario.slug, "title": scenario.title, "question": scenario.question,
        "sizes": scenario.sizes, "headline": scenario.headline,
        "variants": scenario.variants.iter().map(variant).collect::<Vec<_>>(),
    })
}

fn table(scenario: &Scenario, reference: &Records, local: &Records) -> Table<5> {
    let heads = ["", "variant", "reference", "yours", "says"];
    let mut table = Table::new(heads.map(|head| (head, Align::Left)));
    for variant in &scenario.variants {
        table.push([
            String::new(),
            variant.name.to_string(),
            worst(scenario, variant, reference).to_string(),
            worst(scenario, variant, local).to_string(),
            variant.says.clone(),
        ]);
    }
    table
}
