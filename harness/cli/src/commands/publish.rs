//! `heapbook publish`: the reference records, made from the reader's own.

use clap::Args;
use heapbook_engine::publish::publish;

use super::run::refuse_unmatched_filters;
use crate::output::{complain, counted, say};
use crate::project::{Root, read_records_if_present, valid_corpus};
use crate::status::Status;

#[derive(Debug, Args)]
#[command(
    after_help = "Valid records of full runs are published: exact figures once, and of times what figures, ratios and \
                  verdicts are made from. Publishing again after measuring again changes no exact figure, only \
                  times, resident sizes, and when and how the cell was measured.\n\n\
                  Examples:\n  heapbook publish\n  heapbook publish generators"
)]
pub(crate) struct PublishOptions {
    /// Publish only cells whose `scenario/language.variant` contains one of these words
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
}

/// Publishes each scenario that has local records, and says what was left out, and why.
pub(crate) fn run(root: &Root, options: &PublishOptions) -> anyhow::Result<Status> {
    let project = root.project()?;
    let (corpus, status) = valid_corpus(&project)?;
    refuse_unmatched_filters(&corpus, &options.filters)?;
    let local = read_records_if_present(&project.local())?;
    let mut reference = read_records_if_present(&project.reference())?;
    let (mut cells, mut left_out) = (0, 0);
    for scenario in &corpus.scenarios {
        let published = publish(scenario, &options.filters, &local, &mut reference);
        for (key, validity) in &published.left_out {
            complain!("left out: {key}: its record is {validity}");
        }
        left_out += published.left_out.len();
        cells += published.cells;
        if published.cells > 0 {
            reference.write_scenario(&project.reference(), &scenario.slug)?;
            let (cells, file) = (counted(published.cells, "cell"), &scenario.slug);
            say!("{cells} published to book/records/{file}.jsonl.");
            if published.removed > 0 {
                complain!(
                    "{} removed from it: of other code or an older method",
                    counted(published.removed, "published cell")
                );
            }
        }
    }
    if cells > 0 && left_out == 0 {
        return Ok(status);
    }
    let command = [&["cargo heapbook run".to_owned()], &options.filters[..]].concat();
    complain!(
        "heapbook: measure what is missing in a full run: {}",
        command.join(" ")
    );
    Ok(Status::Finding)
}
