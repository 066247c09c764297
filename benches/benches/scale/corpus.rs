//! A generated project: scenarios, pages, and records that look like measured ones.
//!
//! The scenarios are Python's only: Rust variants are compiled into the binary, and none of these
//! are.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use heapbook_engine::project::Project;
use heapbook_engine::record::{Cell, METHOD, Records};
use heapbook_engine::scenario::Corpus;
use heapbook_model::{Bytes, Language, Machine, Nanos};
use serde_json::json;
use tempfile::TempDir;

/// Variants of each scenario.
const VARIANTS: [&str; 5] = ["build", "produce", "take", "look", "join"];

/// Sizes of each scenario, the last one the headline.
const SIZES: [u64; 4] = [100, 1_000, 10_000, 100_000];

/// Versions of Python in the records.
const PYTHONS: [&str; 5] = ["3.11.7", "3.12.1", "3.13.18", "3.14.10", "3.15.2"];

/// Cells of one scenario.
pub(crate) const CELLS_OF_ONE: usize = VARIANTS.len() * SIZES.len() * PYTHONS.len();

/// How many files the records are split into, for joining them.
const SHARDS: usize = 4;

/// A generated project in a temporary folder.
pub(crate) struct Generated {
    folder: TempDir,
    /// The files to join.
    pub(crate) shards: Vec<PathBuf>,
    /// What mdBook would write to the preprocessor.
    pub(crate) book: PathBuf,
}

impl Generated {
    /// Writes a project of so many scenarios. The records' cells are copies of a measured one, cut
    /// to what a quick run keeps unless `full` is asked for.
    pub(crate) fn new(real: &Project, scenarios: usize, full: bool) -> Result<Self, Box<dyn Error>> {
        let folder = tempfile::Builder::new().prefix("heapbook-scale-").tempdir()?;
        let root = folder.path();
        fs::create_dir_all(root.join("book/src"))?;
        fs::create_dir_all(root.join("book/records"))?;
        write_scenarios(root, scenarios)?;
        let pages = write_pages(root, scenarios)?;
        let shards = write_records(root, &Template::of(real, full)?)?;
        let book = root.join("book.json");
        fs::write(&book, preprocessor_input(root, &pages).to_string())?;
        Ok(Generated { folder, shards, book })
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }
}

/// A name without digits, which slugs must not have.
fn slug(number: usize) -> String {
    let letter = |place: usize| char::from(b'a' + (number / place % 26) as u8);
    format!("generated-{}{}{}", letter(26 * 26), letter(26), letter(1))
}

fn write_scenarios(root: &Path, scenarios: usize) -> Result<(), Box<dyn Error>> {
    let sizes = SIZES.map(|size| size.to_string()).join(", ");
    let mut toml = format!(
        "title = \"Generated\"\nquestion = \"How large?\"\nsizes = [{sizes}]\nheadline = {}\n",
        SIZES[SIZES.len() - 1]
    );
    let mut workload = String::new();
    for variant in VARIANTS {
        toml.push_str(&format!("\n[python.{variant}]\nsays = \"does the work\"\n"));
        workload.push_str(&format!(
            "def {variant}(n):\n    return sum([i * i for i in range(n)])\n\n\n"
        ));
    }
    toml.push_str(
        "\n[[claim]]\nid = \"linear\"\nsays = \"It grows.\"\nmetric = \"peak\"\nof = \"python.build\"\ngrowth = \"linear\"\n\
         \n[[claim]]\nid = \"less\"\nsays = \"It needs less.\"\nmetric = \"peak\"\nof = \"python.build\"\n\
         less_than = { of = \"python.join\" }\n",
    );
    for number in 0..scenarios {
        let directory = root.join("scenarios").join(slug(number));
        fs::create_dir_all(&directory)?;
        fs::write(directory.join("scenario.toml"), &toml)?;
        fs::write(directory.join("workload.py"), &workload)?;
    }
    Ok(())
}

/// A page for each scenario, with the directives that a lesson has. Gives their names and texts.
fn write_pages(root: &Path, scenarios: usize) -> Result<Vec<(String, String)>, Box<dyn Error>> {
    fs::write(
        root.join("book/book.toml"),
        "[book]\ntitle = \"Generated\"\n[preprocessor.heapbook]\nbefore = [\"links\"]\nheadline-python = \"3.13\"\n[output.html]\n",
    )?;
    let mut summary = "# Summary\n\n".to_owned();
    let mut pages = Vec::new();
    for slug in (0..scenarios).map(slug) {
        let text = format!(
            "# {slug}\n\n{{{{#listing {slug} python.build}}}}\n\n{{{{#table {slug}}}}}\n\n{{{{#plot {slug} peak}}}}\n\n\
             The peak is {{{{#value {slug} python.build peak}}}}.\n\n{{{{#claim {slug} linear}}}}\n\n{{{{#claim {slug} less}}}}\n"
        );
        fs::write(root.join(format!("book/src/{slug}.md")), &text)?;
        summary.push_str(&format!("- [{slug}]({slug}.md)\n"));
        pages.push((format!("{slug}.md"), text));
    }
    fs::write(root.join("book/src/SUMMARY.md"), summary)?;
    Ok(pages)
}

/// The book as mdBook hands it to a preprocessor.
fn preprocessor_input(root: &Path, pages: &[(String, String)]) -> serde_json::Value {
    let chapters: Vec<serde_json::Value> = pages
        .iter()
        .map(|(path, text)| {
            json!({"Chapter": {
                "name": path, "content": text, "number": null, "sub_items": [], "path": path,
                "source_path": path, "parent_names": []
            }})
        })
        .collect();
    let context = json!({
        "root": root.join("book"), "renderer": "html", "mdbook_version": "0.5.4",
        "config": {"book": {"title": "Generated"}, "preprocessor": {"heapbook": {"headline-python": "3.13"}}}
    });
    json!([context, {"items": chapters}])
}

/// Measured cells to copy.
struct Template {
    machine: Machine,
    headline: Cell,
    other: Cell,
}

impl Template {
    /// Takes them from the reference records.
    fn of(real: &Project, full: bool) -> Result<Self, Box<dyn Error>> {
        let records = Records::read(&real.reference())?;
        let measured = |at_headline: bool| {
            let fits = |cell: &&Cell| {
                let memory = cell.memory.as_ref();
                cell.key.runtime.language == Language::Python
                    && memory.is_some_and(|memory| memory.timeline.is_some() == at_headline)
            };
            let cell = records.cells().find(fits).cloned();
            let cell =
                cell.ok_or("the reference records hold no Python cell: run `cargo heapbook run` first")?;
            Ok::<Cell, Box<dyn Error>>(if full { cell } else { quick(cell) })
        };
        let headline = measured(true)?;
        let machine = records.machines.get(&headline.key.machine);
        Ok(Template {
            machine: machine.cloned().ok_or("a record names no machine")?,
            other: measured(false)?,
            headline,
        })
    }

    fn cell(&self, is_headline: bool) -> Cell {
        let template = if is_headline { &self.headline } else { &self.other };
        let mut cell = template.clone();
        cell.key.machine = self.machine.id();
        // What this bench generates is to be taken for fresh, whatever the reference records are.
        cell.method = METHOD;
        cell
    }
}

/// What a quick run keeps of a cell: one memory process, two time processes of five rounds.
fn quick(mut cell: Cell) -> Cell {
    if let Some(memory) = &mut cell.memory {
        memory.processes.truncate(1);
    }
    if let Some(resident) = &mut cell.resident {
        resident.processes.truncate(1);
    }
    if let Some(time) = &mut cell.time {
        time.processes.truncate(2);
        for process in &mut time.processes {
            process.slice_ns.truncate(5 * process.slices());
            process.total_ns.truncate(5);
            process.cpu_ns.truncate(5);
        }
    }
    cell
}

/// Writes the reference records, the same cells as shards, and the same as a journal.
fn write_records(root: &Path, template: &Template) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let corpus = Corpus::read(root)?;
    if let Some(mistake) = corpus.diagnostics.first() {
        return Err(format!("the generated scenarios are not valid: {}", mistake.message).into());
    }
    let mut all = Records::default();
    let mut shards = vec![Records::default(); SHARDS];
    for (number, scenario) in corpus.scenarios.iter().enumerate() {
        for (rank, variant) in scenario.variants.iter().enumerate() {
            for n in SIZES {
                for python in PYTHONS {
                    let mut cell = template.cell(n == scenario.headline);
                    cell.key.scenario.clone_from(&scenario.slug);
                    cell.key.variant = variant.name.clone();
                    cell.key.n = n;
                    cell.source = variant.source.clone();
                    cell.key.runtime.version = python.to_owned();
                    cell.digest = Some(n.to_string());
                    cell.took_ns = Some(Nanos(n * 1_000));
                    let peak = Bytes(((rank as u64 + 1) * 8 * n) as i64);
                    for process in cell.memory.iter_mut().flat_map(|memory| &mut memory.processes) {
                        let account = &mut process.account;
                        // A result larger than the peak, and a move below it, would be refused.
                        account.result_bytes = account.result_bytes.min(peak);
                        account.peak_if_moved_bytes = None;
                        account.peak_bytes = peak;
                    }
                    shards[number % SHARDS].insert(&template.machine, cell.clone());
                    all.insert(&template.machine, cell);
                }
            }
        }
    }
    all.write(&root.join("book/records"))?;
    write_journal(root, &all)?;
    let mut paths = Vec::new();
    for (number, shard) in shards.iter().enumerate() {
        let path = root.join(format!("shard-{number}"));
        shard.write(&path)?;
        paths.push(path);
    }
    Ok(paths)
}

fn write_journal(root: &Path, records: &Records) -> Result<(), Box<dyn Error>> {
    let folder = root.join("target/heapbook");
    fs::create_dir_all(&folder)?;
    Ok(fs::write(folder.join("journal.jsonl"), records.to_text())?)
}
