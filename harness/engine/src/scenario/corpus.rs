//! All scenarios of a project: the directories below `scenarios/` that hold a `scenario.toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::{Diagnostic, Scenario, validate};

/// The valid scenarios of a project, and the mistakes in all others.
#[derive(Debug, Default)]
pub struct Corpus {
    /// The valid scenarios, by slug.
    pub scenarios: Vec<Scenario>,
    /// The mistakes that made the other scenarios invalid.
    pub diagnostics: Vec<Diagnostic>,
    /// The slugs of these others: their records and pages cannot be judged.
    pub invalid: BTreeSet<String>,
}

impl Corpus {
    /// Reads every directory below `root/scenarios` that holds a `scenario.toml`.
    ///
    /// # Errors
    /// When the directory itself cannot be read. A mistake within a scenario is a diagnostic, not
    /// an error.
    pub fn read(root: &Path) -> std::io::Result<Self> {
        let mut corpus = Corpus::default();
        for directory in scenario_directories(&root.join("scenarios"))? {
            match validate::read(root, &directory) {
                Ok(scenario) => corpus.scenarios.push(scenario),
                Err(diagnostics) => {
                    corpus.diagnostics.extend(diagnostics);
                    let slug = directory.file_name().unwrap_or_default();
                    corpus.invalid.insert(slug.to_string_lossy().into_owned());
                }
            }
        }
        Ok(corpus)
    }

    /// The scenario with a slug. `None` if there is no such directory, or its file has a mistake.
    pub fn scenario(&self, slug: &str) -> Option<&Scenario> {
        let place = self
            .scenarios
            .binary_search_by(|scenario| scenario.slug.as_str().cmp(slug));
        place.ok().map(|place| &self.scenarios[place])
    }
}

/// The directories with a `scenario.toml`, in the order of their names.
fn scenario_directories(scenarios: &Path) -> std::io::Result<BTreeSet<PathBuf>> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(scenarios)? {
        let path = entry?.path();
        if path.join("scenario.toml").is_file() {
            found.insert(path);
        }
    }
    Ok(found)
}
