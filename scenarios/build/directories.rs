//! From directories to Rust code: the modules, the visitor's calls and the sources.
//!
//! Only what the code needs is read, and nothing that is wrong stops the build: what cannot be
//! built is left out with a warning, so that `cargo heapbook check` can still be built and explain
//! the mistake with file, line and caret.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

use toml::de::{DeTable, DeValue};

/// What the build script writes and says.
pub(crate) struct Generated {
    /// The code for `src/lib.rs` to include.
    pub(crate) code: String,
    /// What was left out and why, each on one line.
    pub(crate) warnings: Vec<String>,
}

/// The keys of `scenario.toml` that decide how a Rust variant is called. They are taken from the
/// table by hand: serde would be built a second time for this script.
struct ScenarioFile {
    defaults: Functions,
    rust: BTreeMap<String, Functions>,
}

/// The functions around a variant; those of the variant override those of the file.
struct Functions {
    setup: Option<String>,
    digest: Option<String>,
}

/// A scenario with code to compile.
struct Scenario {
    slug: String,
    module: String,
    workload: PathBuf,
    /// The visitor's calls, one for each variant.
    calls: Vec<String>,
}

/// Reads the directories directly below `corpus` and writes the code for them, in the order of
/// their names.
pub(crate) fn generate(corpus: &Path) -> io::Result<Generated> {
    let mut warnings = Vec::new();
    let mut scenarios = Vec::new();
    for slug in slugs(corpus)? {
        match read(corpus, &slug, &mut warnings) {
            Ok(scenario) => scenarios.extend(scenario),
            Err(reason) => warnings.push(warning(&slug, &format!("left out of the build, since {reason}"))),
        }
    }
    Ok(Generated {
        code: code(&scenarios),
        warnings,
    })
}

/// The names of the directories that hold a `scenario.toml`.
fn slugs(corpus: &Path) -> io::Result<BTreeSet<String>> {
    let mut slugs = BTreeSet::new();
    for entry in fs::read_dir(corpus)? {
        let entry = entry?;
        if entry.path().join("scenario.toml").is_file() {
            slugs.insert(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(slugs)
}

/// Reads one scenario; `None` if it has no Rust side, the reason if it has one that cannot be
/// built.
fn read(corpus: &Path, slug: &str, warnings: &mut Vec<String>) -> Result<Option<Scenario>, String> {
    let module = module_name(slug).ok_or("the directory's name cannot name a module of Rust's")?;
    let directory = corpus.join(slug);
    let text = fs::read_to_string(directory.join("scenario.toml"))
        .map_err(|error| format!("it cannot be read: {error}"))?;
    let file = ScenarioFile::parse(&text).map_err(|error| format!("it cannot be read: {error}"))?;
    let workload = directory.join("workload.rs");
    if file.rust.is_empty() && !workload.exists() {
        return Ok(None);
    }
    let source =
        fs::read_to_string(&workload).map_err(|error| format!("its workload.rs cannot be read: {error}"))?;

    let (calls, missing) = calls(slug, &module, &file, &source);
    warnings.extend(missing);
    Ok(Some(Scenario {
        slug: slug.to_owned(),
        module,
        workload,
        calls,
    }))
}

/// The visitor's calls for a scenario's variants, and warnings for those that lack a function.
fn calls(slug: &str, module: &str, file: &ScenarioFile, source: &str) -> (Vec<String>, Vec<String>) {
    let (mut calls, mut warnings) = (Vec::new(), Vec::new());
    // Code that does not parse becomes a module without variants: the compiler's own message is the
    // best there is.
    let Ok(source) = syn::parse_file(source) else {
        return (calls, warnings);
    };
    let functions = public_functions(&source);
    for (variant, overrides) in &file.rust {
        match call(slug, module, variant, &overrides.over(&file.defaults), &functions) {
            Ok(call) => calls.push(call),
            Err(missing) => {
                let reason =
                    format!("`rust.{variant}` left out, since workload.rs has no `pub fn {missing}`");
                warnings.push(warning(slug, &reason));
            }
        }
    }
    (calls, warnings)
}

impl ScenarioFile {
    fn parse(text: &str) -> Result<ScenarioFile, String> {
        let file = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
        let mut rust = BTreeMap::new();
        if let Some(variants) = file.get_ref().get("rust") {
            for (name, variant) in table("rust", variants.get_ref())? {
                let name = name.get_ref().to_string();
                let functions = Functions::of(table(&name, variant.get_ref())?)?;
                rust.insert(name, functions);
            }
        }
        Ok(ScenarioFile {
            defaults: Functions::of(file.get_ref())?,
            rust,
        })
    }
}

/// What `key` holds, if it is a table.
fn table<'a, 'text>(key: &str, value: &'a DeValue<'text>) -> Result<&'a DeTable<'text>, String> {
    value
        .as_table()
        .ok_or_else(|| format!("`{key}` is {}, expected a table", value.type_str()))
}

impl Functions {
    /// The two keys of a table; other keys are none of the build's business.
    fn of(table: &DeTable) -> Result<Functions, String> {
        let named = |key: &str| match table.get(key).map(|value| value.get_ref()) {
            None => Ok(None),
            Some(DeValue::String(name)) => Ok(Some(name.to_string())),
            Some(other) => Err(format!("`{key}` is {}, expected a string", other.type_str())),
        };
        Ok(Functions {
            setup: named("setup")?,
            digest: named("digest")?,
        })
    }

    /// These, with the gaps filled from `defaults`.
    fn over(&self, defaults: &Functions) -> Functions {
        Functions {
            setup: self.setup.clone().or_else(|| defaults.setup.clone()),
            digest: self.digest.clone().or_else(|| defaults.digest.clone()),
        }
    }
}

/// The module for a slug; `None` for a slug that `cargo heapbook check` refuses.
fn module_name(slug: &str) -> Option<String> {
    let name = slug.replace('-', "_");
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (slug.split('-').all(is_word) && syn::parse_str::<syn::Ident>(&name).is_ok()).then_some(name)
}

/// The functions that another crate can call.
fn public_functions(source: &syn::File) -> BTreeSet<String> {
    let function = |item: &syn::Item| match item {
        syn::Item::Fn(function) if matches!(function.vis, syn::Visibility::Public(_)) => {
            Some(function.sig.ident.to_string())
        }
        _ => None,
    };
    source.items.iter().filter_map(function).collect()
}

/// The visitor's call for one variant, or the name of the function that is missing.
fn call(
    slug: &str,
    module: &str,
    variant: &str,
    around: &Functions,
    functions: &BTreeSet<String>,
) -> Result<String, String> {
    let path = |function: &str| match functions.contains(function) {
        true => Ok(format!("$crate::{module}::{function}")),
        false => Err(function.to_owned()),
    };
    let setup = match &around.setup {
        Some(setup) => format!("{}(n)", path(setup)?),
        None => "n".to_owned(),
    };
    let digest = match &around.digest {
        Some(digest) => format!("{}(result)", path(digest)?),
        None => "*result as u64".to_owned(),
    };
    // Without set-up the input is `n` itself, which a variant takes by value.
    let input = if around.setup.is_none() { "*input" } else { "input" };
    let run = path(variant)?;
    Ok(format!(
        "$visitor.variant({slug:?}, {variant:?}, |n| {setup}, \
         |input, sink| sink.accept({run}({input}), |result| {digest}));"
    ))
}

/// The whole file.
fn code(scenarios: &[Scenario]) -> String {
    let mut code = String::new();
    let (mut calls, mut sources) = (String::new(), String::new());
    for scenario in scenarios {
        code.push_str(&module(scenario));
        for call in &scenario.calls {
            let _ = writeln!(calls, "        {call}");
        }
        let _ = writeln!(
            sources,
            "    ({:?}, include_str!({:?})),",
            scenario.slug, scenario.workload
        );
    }
    let _ = write!(
        code,
        "/// Shows every Rust variant to a visitor: see the crate's documentation for what that is.\n\
         #[macro_export]\n\
         macro_rules! visit {{\n    ($visitor:expr) => {{{{\n{calls}    }}}};\n}}\n\n\
         /// Each scenario's slug and the text of its `workload.rs` as it was compiled.\n\
         pub const SOURCES: &[(&str, &str)] = &[\n{sources}];\n"
    );
    code
}

/// The module for one scenario. The comment stands on the line that the compiler quotes when the
/// file has gone.
fn module(scenario: &Scenario) -> String {
    let Scenario {
        slug,
        module,
        workload,
        ..
    } = scenario;
    format!(
        "/// The Rust variants of `{slug}`.\n\
         #[allow(missing_docs, reason = \"the lesson explains them, and its listings show them as they stand\")]\n\
         #[allow(clippy::ptr_arg, reason = \"set-up hands over exactly what it returned\")]\n\
         #[path = {workload:?}]\n\
         pub mod {module}; // If this scenario was removed or renamed: `touch scenarios/build.rs`, and build again.\n\n"
    )
}

/// One line for cargo to print.
fn warning(slug: &str, reason: &str) -> String {
    let text = format!("scenarios/{slug}/scenario.toml: {reason}; `cargo heapbook check` shows what to mend");
    text.replace(['\n', '\r'], " ")
}
