//! `heapbook try`: compares programs of the user's own.
//!
//! - `answer`: the figures, program by program
//! - `same`: whether the programs came to the same results
//! - `table`: the answer as a document

mod answer;
mod same;
mod table;

use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;
use heapbook_engine::figures::Metric;
use heapbook_engine::measure::{Event, Results};
use heapbook_engine::plan::{Passes, Plan};
use heapbook_engine::record::Records;
use heapbook_engine::runtime::{self, Compiler, Interpreter, PlannedRuntime};
use heapbook_engine::scenario::Program;
use heapbook_report::programs_plot;

use crate::options::LimitOptions;
use crate::output::{self, Form, complain, complain_of};
use crate::programs::{PreparationOptions, python_programs, rust_programs};
use crate::progress::Progress;
use crate::project::{Root, cannot_write};
use crate::session::{Session, processors};
use crate::sizes::Sizes;
use crate::status::Status;
use answer::Answer;
use table::Shown;

#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub(crate) struct TryOptions {
    /// Expressions or statements of Python in n, or functions in files, such as app.py:load
    #[arg(value_name = "PROGRAM", required_unless_present = "rust")]
    programs: Vec<String>,
    /// An expression of Rust in n: usize, or a function in a file, such as app.rs:load; may be
    /// given several times
    #[arg(long, value_name = "PROGRAM")]
    rust: Vec<String>,
    #[command(flatten)]
    preparation: PreparationOptions,
    /// The sizes n: one, several with commas, or a range of five [default: 1e3..1e5]
    #[arg(short = 'n', long = "sizes", value_name = "SIZES", allow_hyphen_values = true)]
    sizes: Option<Sizes>,
    /// The interpreter to measure with
    #[arg(long, value_name = "PATH", default_value = "python3")]
    python: PathBuf,
    #[command(flatten)]
    limits: LimitOptions,
    /// Measure the first call of each process, which finds nothing ready; times are not taken
    #[arg(long)]
    cold: bool,
    /// Measure less, in less time: memory in one process, times in fewer and shorter samples,
    /// and nothing of what the system sees
    #[arg(long)]
    quick: bool,
    /// How many programs' memory is measured at once [default: as many as there are processors]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Exit with status 1 if two programs return different results, or results that cannot be
    /// compared
    #[arg(long)]
    same: bool,
    #[command(flatten)]
    form: Form,
    /// Draw the peak against n into this file
    #[arg(long, value_name = "FILE")]
    svg: Option<PathBuf>,
}

/// What a quick answer does not say.
const A_GLANCE: &str = "A quick answer: memory is of one process each, so that nothing tells whether another one needs as much, \
    and what the system sees was not asked.";

/// And of times.
const A_GLANCE_AT_TIMES: &str = "Its times are of few samples, so that their intervals are wide.";

const HELP: &str = "\
    The result of a snippet is its last expression. A function or method (app.py:load, app.py:App.handle, \
    package.module:load) is called with n, or without arguments if it takes none or has defaults for all. Modules are \
    searched beside its file, or above its package; --path adds others. Generators and coroutines are run to their \
    end. Calls are warm: others came before them in the same process, so that caches are full and modules imported. \
    Programs run side by side: if they write the same file, they disturb each other, and --jobs 1 keeps them apart. Rust is compiled by the rustc on PATH. Results are compared across \
    languages if they are whole numbers, booleans, text, or sequences of these. Results are the \
    same where Python's == says so, but 1, 1.0 and True are three results, and so are 0.0 and -0.0. Generators, functions, \
    files and objects without a value of their own cannot be compared, which is said, and fails --same. A program \
    runs with your rights, as if you had started it yourself: try none that you would not run.\n\n\
    Peak, result (what the returned value holds) and retained (what is left when it is gone, after a collection) are \
    exact. ≥ marks a lower bound: memory that is not in it was taken, and a sentence says which. What the system saw of a \
    first call stands below as resident, at the largest size, and at every one where a figure is a lower bound.\n\n\
    --json prints the records, as `heapbook run` writes them.\n\n\
    Exit status: 0 measured, 1 a program failed (or, with --same, results differ or cannot be compared), 2 usage or environment, 130 \
    interrupted.\n\n\
    Examples:\n  heapbook try 'sum([i*i for i in range(n)])' 'sum(i*i for i in range(n))'\n  \
    heapbook try --setup 'import array; a = array.array(\"q\", range(n))' 'a[:n//2]' 'memoryview(a)[:n//2]'\n  \
    heapbook try app.py:load app.py:load_lazily -n 1e3..1e6 --python .venv/bin/python\n  \
    heapbook try 'sum([i%7 for i in range(n)])' --rust '(0..n as u64).map(|i| i % 7).sum::<u64>()'";

/// Measures the programs, and shows how they compare with the first.
pub(crate) fn run(_root: &Root, options: &TryOptions) -> anyhow::Result<Status> {
    if let Some(file) = &options.svg {
        try_to_write(file)?;
    }
    let (programs, runtimes) = read_programs(options)?;
    let sizes = options.sizes.clone().unwrap_or_default().0;
    let passes = passes(options);
    let plan = Plan::of_programs(&programs, &sizes, &runtimes, passes);
    // The cap is each worker's, as the user gave it.
    let session = Session::open(options.limits.limits(NonZeroUsize::MIN))?;
    let mut progress = Progress::of_bar_alone(plan.cells());
    let runner = session.runner(options.jobs.unwrap_or_else(processors).min(processors()));
    let mut so_far = Results::default();
    let mut shown = is_table(options.form).then(|| Shown::begin(&Answer::of(&programs, &sizes, &so_far)));
    let results = runner.results(&plan, session.limits, &mut |event| {
        progress.show(event);
        if let (Event::Finished(cell), Some(shown)) = (event, &mut shown) {
            so_far.cells.push((*cell).clone());
            progress.beside(|| shown.show(&Answer::of(&programs, &sizes, &so_far)));
        }
    });
    drop(progress);
    let Some(results) = results else {
        complain!("Interrupted.");
        return Ok(Status::Interrupted);
    };
    let mut answer = Answer::of(&programs, &sizes, &results);
    if options.quick {
        answer.remarks.push(A_GLANCE.to_owned());
        answer
            .remarks
            .extend((!options.cold).then(|| A_GLANCE_AT_TIMES.to_owned()));
    }
    show(options, &results, &answer, shown)?;
    Ok(conclude(options, &answer))
}

/// What is measured of each program at each size.
fn passes(options: &TryOptions) -> Passes {
    let passes = match options.cold {
        true => Passes::COLD,
        false => Passes::INTERACTIVE,
    };
    match options.quick {
        true => passes.at_a_glance(),
        false => passes,
    }
}

/// Whether the answer is the table on a terminal, whose rows are shown as they come.
fn is_table(form: Form) -> bool {
    !(form.json || form.markdown || form.csv)
}

/// The programs of the command line, and what they run on.
fn read_programs(options: &TryOptions) -> anyhow::Result<(Vec<Program>, Vec<PlannedRuntime>)> {
    let mut programs = python_programs(&options.programs, &options.preparation)?;
    let mut runtimes = Vec::new();
    if !programs.is_empty() {
        runtimes.push(PlannedRuntime::Python(Interpreter::find(&options.python, &[])?));
    }
    if !options.rust.is_empty() {
        let compiler = Compiler::find()?;
        programs.extend(rust_programs(&options.rust, &compiler, programs.len())?);
        runtimes.push(PlannedRuntime::Rust(compiler.runtime));
    }
    for program in &mut programs {
        program.warm_up = !options.cold;
    }
    Ok((programs, runtimes))
}

fn show(
    options: &TryOptions,
    results: &Results,
    answer: &Answer<'_>,
    shown: Option<Shown>,
) -> anyhow::Result<()> {
    match shown {
        Some(shown) => shown.end(answer),
        None if options.form.json => output::answer_json(&records(results).to_text()),
        None => output::show(options.form, || table::document(answer), || ())?,
    }
    if let Some(path) = &options.svg {
        let plot = programs_plot(Metric::Peak, &results.cells);
        let plot = plot.context("there is nothing to draw: every program failed")?;
        std::fs::write(path, plot).with_context(|| cannot_write(path))?;
    }
    Ok(())
}

/// Sees to it, before anything is measured, that a file can be written; leaves what is there.
fn try_to_write(path: &Path) -> anyhow::Result<()> {
    let is_new = !path.exists();
    let opened = std::fs::OpenOptions::new().create(true).append(true).open(path);
    opened.with_context(|| cannot_write(path))?;
    if is_new {
        std::fs::remove_file(path).with_context(|| cannot_write(path))?;
    }
    Ok(())
}

fn conclude(options: &TryOptions, answer: &Answer<'_>) -> Status {
    let failed = answer.programs.iter().any(|program| program.failure().is_some());
    let unequal = options.same && !answer.unequal.is_empty();
    if unequal {
        let tells_nothing = options.form.json || options.form.csv;
        for reason in answer.unequal.iter().filter(|_| tells_nothing) {
            complain_of("heapbook:", reason);
        }
        complain!("heapbook: the results are not known to be the same, which --same asks for");
    }
    Status::finding_if(failed || unequal)
}

fn records(results: &Results) -> Records {
    let machine = runtime::this_machine();
    let mut records = Records::default();
    for cell in &results.cells {
        records.insert(&machine, cell.clone());
    }
    records
}
