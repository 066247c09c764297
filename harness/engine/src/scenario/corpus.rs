//! All scenarios of a project: the directories below `scenarios/` that hold a `scenario.toml`.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::{Diagnostic, Scenario, validate};
use crate::files::not_a_file;

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
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut corpus = Corpus::default();
        let found = scenario_directories(root, &root.join("scenarios"))?;
        for (directory, mistakes) in found {
            if !mistakes.is_empty() {
                corpus.diagnostics.extend(mistakes);
                let slug = directory.file_name().unwrap_or_default();
                corpus.invalid.insert(slug.to_string_lossy().into_owned());
                continue;
            }
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

/// The directories that are or should be scenarios, in the order of their names, each with what
/// keeps it from being read.
fn scenario_directories(root: &Path, scenarios: &Path) -> io::Result<BTreeMap<PathBuf, Vec<Diagnostic>>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(scenarios)? {
        let path = entry?.path();
        let shown = path.strip_prefix(root).unwrap_or(&path);
        let entries = match fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => continue,
            Err(error) => {
                let help = "make it readable, or move it out of scenarios/";
                let mistake = Diagnostic::whole(shown, format!("cannot be read: {error}"), help);
                found.insert(path, vec![mistake]);
                continue;
            }
        };
        let names = entries
            .iter()
            .map(|entry| entry.file_name().to_string_lossy().into_owned());
        let names: BTreeSet<String> = names.collect();
        if let Some(mistake) = without_file(shown, &names) {
            found.insert(path, vec![mistake]);
        } else if names.contains(FILE) {
            let mistakes = entries
                .iter()
                .filter_map(|entry| not_to_be_read(root, &entry.path()));
            found.insert(path, mistakes.collect());
        }
    }
    Ok(found)
}

/// The file that makes a directory a scenario.
const FILE: &str = "scenario.toml";

/// A mistake of a directory that has no `scenario.toml`, though it has the other files of a
/// scenario, or one whose name is nearly the same.
fn without_file(directory: &Path, names: &BTreeSet<String>) -> Option<Diagnostic> {
    if names.contains(FILE) {
        return None;
    }
    let nearly = |name: &&String| {
        let name = name.to_lowercase();
        let (stem, ending) = name.split_once('.').unwrap_or((&name, ""));
        name == FILE || ending == "toml" || (stem == "scenario" && !ending.is_empty())
    };
    if let Some(name) = names.iter().find(nearly) {
        let message = format!("`{name}` is not read: a scenario's file is named {FILE}");
        return Some(Diagnostic::whole(
            &directory.join(name),
            message,
            format!("name it {FILE}"),
        ));
    }
    let has_code = names.contains("workload.py") || names.contains("workload.rs");
    has_code.then(|| {
        let help = format!("write {FILE} beside its code, or move the directory out of scenarios/");
        Diagnostic::whole(directory, format!("the directory has no {FILE}"), help)
    })
}

/// A mistake of something in a scenario's directory that is neither a file nor a directory. A link
/// that leads nowhere is found by who reads it.
fn not_to_be_read(root: &Path, path: &Path) -> Option<Diagnostic> {
    let kind = fs::metadata(path).ok()?.file_type();
    let what = not_a_file(kind).filter(|_| !kind.is_dir())?;
    let shown = path.strip_prefix(root).unwrap_or(path);
    Some(Diagnostic::whole(
        shown,
        format!("{what}, which nobody can read"),
        "remove it",
    ))
}
