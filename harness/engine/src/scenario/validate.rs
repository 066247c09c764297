//! Validates a scenario's file: a [`Scenario`], or all of its mistakes at once.

mod claims;
mod exercises;
mod predictions;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use pep440_rs::VersionSpecifiers;
use sha2::{Digest, Sha256};
use toml::Spanned;

use super::file::{RuleTable, ScenarioFile, VariantTable};
use super::{Claim, Diagnostic, Rule, Scenario, Variant, listing_of, picture, words};
use crate::figures::Metric;
use crate::files::read_text;
use heapbook_model::{Language, SourceDigest, VariantName, hex};

/// The sizes at which a picture still fits on a page.
const WATCHED_SIZES: std::ops::RangeInclusive<u64> = 2..=6;

/// Reads and checks one scenario's directory.
pub(super) fn read(root: &Path, directory: &Path) -> Result<Scenario, Vec<Diagnostic>> {
    let path = directory.join("scenario.toml");
    let shown = path.strip_prefix(root).unwrap_or(&path).to_owned();
    let text = read_text(&path).map_err(|error| {
        vec![Diagnostic::whole(
            &shown,
            format!("cannot be read: {error}"),
            "make the file readable, as UTF-8 text",
        )]
    })?;
    let file: ScenarioFile = toml::from_str(&text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        vec![Diagnostic::at(
            &shown,
            &text,
            span,
            error.message(),
            "CONTRIBUTING.md lists the keys that a scenario has",
        )]
    })?;
    let mut check = Check {
        shown,
        text: &text,
        file: &file,
        directory,
        workloads: [None, None],
        variants: Vec::new(),
        found: Vec::new(),
    };
    let mut scenario = check.scenario();
    if check.found.is_empty() {
        scenario.pictures = picture::read(root, &scenario).map_err(|mistake| vec![mistake])?;
        Ok(scenario)
    } else {
        Err(check.found)
    }
}

/// One file under examination, and the mistakes found so far.
struct Check<'a> {
    shown: PathBuf,
    text: &'a str,
    file: &'a ScenarioFile,
    directory: &'a Path,
    workloads: [Option<String>; 2],
    /// Those read so far, which claims and questions may name.
    variants: Vec<Variant>,
    found: Vec<Diagnostic>,
}

impl Check<'_> {
    /// A mistake about the whole file, or one beside it.
    fn mistake_of_all(&mut self, message: impl Into<String>, help: impl Into<String>) {
        self.found.push(Diagnostic::whole(&self.shown, message, help));
    }

    fn mistake(&mut self, span: Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.found
            .push(Diagnostic::at(&self.shown, self.text, span, message, help));
    }

    /// Reports a mistake in a key's value, unless the condition is met.
    fn require<T>(&mut self, condition: bool, value: &Spanned<T>, message: &str, help: &str) {
        if !condition {
            self.mistake(value.span(), message, help);
        }
    }

    /// Reports a text without a word in it.
    fn require_words(&mut self, key: &str, value: &Spanned<String>, help: &str) {
        let is_given = !value.get_ref().trim().is_empty();
        self.require(is_given, value, &format!("`{key}` is empty"), help);
    }

    /// The metric of a word; a mistake if it is not one of those allowed.
    fn metric(&mut self, word: &Spanned<String>, is_allowed: fn(&Metric) -> bool) -> Option<Metric> {
        let allowed = || Metric::ALL.into_iter().filter(is_allowed);
        let found = allowed().find(|metric| metric.word() == word.get_ref());
        if found.is_none() {
            let known: Vec<&str> = allowed().map(Metric::word).collect();
            let message = format!("invalid metric `{}`", word.get_ref());
            self.mistake(word.span(), message, format!("use one of: {}", known.join(", ")));
        }
        found
    }

    fn scenario(&mut self) -> Scenario {
        let file = self.file;
        let slug = self.slug();
        let help = "write a few words for the reader";
        self.require_words("title", &file.title, help);
        self.require_words("question", &file.question, help);
        self.sizes();
        for (language, tables) in [(Language::Python, &file.python), (Language::Rust, &file.rust)] {
            self.read_workload(language, !tables.is_empty());
            for (name, table) in tables {
                let variant = self.variant(language, name, table);
                self.variants.push(variant);
            }
        }
        if self.variants.is_empty() {
            self.mistake(
                0..0,
                "the scenario has no variant",
                "add a table `[python.<function>]` for a function of workload.py",
            );
        }
        let claims = self.claims();
        let rule = file.rule.as_ref().map(|table| self.rule(table, &claims));
        let exercises = file.exercise.iter();
        let exercises = exercises
            .filter_map(|(language, table)| self.exercise(&slug, *language, table))
            .collect();
        let predictions = self.predictions(&slug);
        let [python, rust] = std::mem::take(&mut self.workloads).map(Option::unwrap_or_default);
        Scenario {
            slug,
            title: file.title.get_ref().clone(),
            question: file.question.get_ref().clone(),
            sizes: file.sizes.get_ref().clone(),
            headline: *file.headline.get_ref(),
            variants: std::mem::take(&mut self.variants),
            claims,
            rule,
            exercises,
            predictions,
            pictures: Vec::new(),
            directory: self.directory.to_owned(),
            python,
            rust,
        }
    }

    fn rule(&mut self, table: &RuleTable, claims: &[Claim]) -> Rule {
        self.require_words("says", &table.says, "write the one sentence to remember");
        let is_known = claims.iter().any(|claim| claim.id == *table.claim.get_ref());
        let help = "name the claim of this scenario that the rule rests on";
        self.require(is_known, &table.claim, "no claim has this id", help);
        Rule {
            says: table.says.get_ref().clone(),
            claim: table.claim.get_ref().clone(),
        }
    }

    fn slug(&mut self) -> String {
        let name = self.directory.file_name().unwrap_or_default();
        let slug = name.to_string_lossy().into_owned();
        if let Some(why) = words::not_a_slug(&slug) {
            let message = format!("`{slug}` cannot be the name of a scenario's directory: {why}");
            let help =
                "use lower-case words with hyphens that are not a keyword of Rust, as in `context-managers`";
            self.mistake_of_all(message, help);
        }
        slug
    }

    fn sizes(&mut self) {
        let file = self.file;
        let sizes = file.sizes.get_ref();
        let are_increasing = sizes.first() > Some(&0) && sizes.is_sorted_by(|one, next| one < next);
        let help = "list whole numbers from 1 up, each larger than the one before: [1_000, 10_000, 100_000]";
        self.require(are_increasing, &file.sizes, "sizes must be increasing", help);
        let message = "`headline` is not one of the sizes";
        let is_size = sizes.contains(file.headline.get_ref());
        self.require(is_size, &file.headline, message, "name one of `sizes`");
    }

    fn read_workload(&mut self, language: Language, needed: bool) {
        let path = self.directory.join(language.file());
        match read_text(&path) {
            Ok(text) => self.workloads[language as usize] = Some(text),
            Err(error) if needed => {
                let (file, title) = (language.file(), language.title());
                let help = format!("write the {title} variants' functions into {file}");
                self.mistake_of_all(format!("{file} cannot be read: {error}"), help);
            }
            Err(_) => {}
        }
    }

    fn variant(&mut self, language: Language, key: &Spanned<String>, table: &VariantTable) -> Variant {
        let file = self.file;
        let function = key.get_ref().clone();
        if let Some(reason) = words::forbidden(language, &function) {
            self.mistake(
                key.span(),
                format!("`{function}` cannot be a variant's name: {reason}"),
                "give the function another name",
            );
        }
        self.function_exists(language, key, "the variant's function");
        let setup = table.setup.as_ref().or(file.setup.as_ref());
        let digest = table.digest.as_ref().or(file.digest.as_ref());
        for (named, role) in [(setup, "the set-up function"), (digest, "the digest function")] {
            if let Some(named) = named {
                self.function_exists(language, named, role);
            }
        }
        let python = table.python.as_ref().and_then(|text| self.versions(text));
        let mut variant = Variant {
            name: VariantName::new(language, function),
            says: table.says.clone(),
            setup: setup.map(|name| name.get_ref().clone()),
            warm_up: table.warmup.or(file.warmup).unwrap_or(true),
            digest: digest.map(|name| name.get_ref().clone()),
            requires: file.requires.iter().chain(&table.requires).cloned().collect(),
            python,
            watch: table.watch.as_ref().map(|n| self.watched(language, n)),
            source: SourceDigest(String::new()),
        };
        let workload = self.workloads[language as usize].as_deref();
        variant.source = source_digest(&variant, workload.unwrap_or_default());
        variant
    }

    fn watched(&mut self, language: Language, n: &Spanned<u64>) -> u64 {
        let is_python = language == Language::Python;
        let help = "leave `watch` to variants of Python";
        self.require(is_python, n, "no picture is made of a variant in Rust", help);
        let message = "a picture of this size shows too little or too much";
        let is_small = WATCHED_SIZES.contains(n.get_ref());
        self.require(is_small, n, message, "use a size from 2 to 6: watch = 4");
        *n.get_ref()
    }

    /// Reports a function that the workload file does not hold; a file that could not be read was
    /// reported already.
    fn function_exists(&mut self, language: Language, name: &Spanned<String>, role: &str) {
        let Some(source) = &self.workloads[language as usize] else {
            return;
        };
        if listing_of(source, language, name.get_ref()).is_none() {
            let (file, name_text) = (language.file(), name.get_ref());
            let definition = match language {
                Language::Python => format!("def {name_text}(n):"),
                Language::Rust => format!("pub fn {name_text}(n: usize) -> u64"),
            };
            let message = format!("{role} `{name_text}` is missing from {file}");
            self.mistake(
                name.span(),
                message,
                format!("write `{definition}` at the top level of {file}, or mend the name"),
            );
        }
    }

    fn versions(&mut self, text: &Spanned<String>) -> Option<VersionSpecifiers> {
        let read = VersionSpecifiers::from_str(text.get_ref());
        let report = |error| {
            let message = format!("invalid Python versions `{}`: {error}", text.get_ref());
            let help = "write a comparison, as in python = \">=3.12\"";
            self.mistake(text.span(), message.trim(), help);
        };
        read.map_err(report).ok()
    }
}

/// A digest of the code and the keys that are measured: rewording a claim changes nothing, a
/// changed function does.
fn source_digest(variant: &Variant, workload: &str) -> SourceDigest {
    // `false` is the value of a key that was removed: without it all digests would change, and no
    // record be valid.
    let keys = format!(
        "{}|{:?}|false|{}|{:?}|{:?}\n",
        variant.name, variant.setup, variant.warm_up, variant.digest, variant.requires
    );
    let digest = Sha256::new().chain_update(keys).chain_update(workload).finalize();
    SourceDigest(hex(&digest, 16))
}
