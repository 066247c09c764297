//! Whether an answer to an exercise is right and within its budget: measured beside the starter
//! and the solution.

use std::path::{Path, PathBuf};

use crate::figures::Metric;
use crate::measure::{Results, Runner};
use crate::plan::{Passes, Plan};
use crate::record::Cell;
use crate::runtime::{CompileError, Compiler, Interpreter, PlannedRuntime, RustProgram};
use crate::scenario::{Code, Exercise, Program};
use crate::supervisor::Limits;
use heapbook_model::{Measured, VariantName};

/// What runs the programs of an exercise.
#[derive(Debug)]
pub enum Tool {
    /// For exercises in Python.
    Interpreter(Interpreter),
    /// For exercises in Rust.
    Compiler(Compiler),
}

/// What was found about an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// Whether its results are the solution's.
    pub result: Correctness,
    /// What it needs at the budget's size; `None` if it failed.
    pub figure: Option<Measured>,
    /// What the starter needs there.
    pub before: Option<Measured>,
    /// What the solution needs there.
    pub solution: Option<Measured>,
    /// Whether the answer is within the budget.
    pub within_budget: bool,
}

/// Whether results are right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correctness {
    /// At every size.
    Right,
    /// Another result than the solution's, at a size.
    Wrong {
        /// The size.
        n: u64,
        /// The answer's result, as its language shows it.
        found: String,
        /// The solution's.
        wanted: String,
    },
    /// It failed: the exception, the panic, the signal.
    Failed(String),
}

impl Judgement {
    /// Right, and within the budget.
    pub fn passes(&self) -> bool {
        self.result == Correctness::Right && self.within_budget
    }
}

/// Why an answer cannot be judged.
#[derive(Debug, thiserror::Error)]
pub enum ExerciseError {
    /// There is no compiler, or something other than the answer does not compile.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The exercise's own files are at fault.
    #[error("{file} belongs to the exercise and fails; restore it from the repository, or mend it: {message}", file = .file.display())]
    Faulty {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        message: String,
    },
}

/// Judges an answer, which lies in a file of its own, by a tool of its language; `None` if
/// interrupted.
///
/// # Errors
/// When the exercise's own files fail.
pub fn judge(
    runner: &Runner<'_>,
    exercise: &Exercise,
    answer: &Path,
    tool: &Tool,
    limits: Limits,
) -> Result<Option<Judgement>, ExerciseError> {
    let (starter, solution) = (exercise.starter(), exercise.solution());
    let files = [("answer", answer), ("starter", &starter), ("solution", &solution)];
    let mut programs = Vec::new();
    for (name, file) in files {
        match program(exercise, name, file, tool) {
            Ok(program) => programs.push(program),
            // The answer is the reader's: what the compiler says of it is the judgement.
            Err(CompileError::Refused { message, .. }) if name == "answer" => {
                return Ok(Some(failed(message)));
            }
            Err(error) => return Err(error.into()),
        }
    }
    let runtime = match tool {
        Tool::Interpreter(interpreter) => PlannedRuntime::Python(interpreter.clone()),
        Tool::Compiler(compiler) => PlannedRuntime::Rust(compiler.runtime.clone()),
    };
    let plan = Plan::of_programs(&programs, &exercise.sizes(), &[runtime], Passes::MEMORY);
    let Some(results) = runner.results(&plan, limits, &mut |_| {}) else {
        return Ok(None);
    };
    let [answer, starter, solution] = files.map(|(name, _)| cells(&results, name));
    for (cells, (_, file)) in [(&starter, files[1]), (&solution, files[2])] {
        if let Some(message) = failure(cells) {
            return Err(ExerciseError::Faulty {
                file: file.to_owned(),
                message,
            });
        }
    }
    let figure = |cells: &[&Cell]| {
        exercise
            .metric
            .of(cells.iter().find(|cell| cell.key.n == exercise.n)?)
    };
    let found = figure(&answer);
    Ok(Some(Judgement {
        result: correctness(&answer, &solution),
        within_budget: found.is_some_and(|figure| exercise.allows(figure)),
        figure: found,
        before: figure(&starter),
        solution: figure(&solution),
    }))
}

fn failed(message: String) -> Judgement {
    Judgement {
        result: Correctness::Failed(message),
        figure: None,
        before: None,
        solution: None,
        within_budget: false,
    }
}

/// Whether the budget is on what a call leaves behind: then the first call is measured, since the
/// second replaces or finds what the first has left.
fn counts_what_stays(exercise: &Exercise) -> bool {
    matches!(
        exercise.metric,
        Metric::Retained | Metric::RetainedAfterCollection
    )
}

fn program(exercise: &Exercise, name: &str, file: &Path, tool: &Tool) -> Result<Program, CompileError> {
    let code = match tool {
        Tool::Interpreter(_) => Code::Snippet {
            text: "solve(data)".to_owned(),
            setup: Some(set_up(file, &exercise.data())),
            path: Vec::new(),
        },
        Tool::Compiler(compiler) => Code::Library {
            file: compiler.compile(&RustProgram::Exercise {
                solve: file.to_owned(),
                data: exercise.data(),
            })?,
        },
    };
    Ok(Program {
        name: VariantName::new(exercise.language, name),
        says: file.display().to_string(),
        code,
        text: crate::files::read_text(file).unwrap_or_default(),
        warm_up: !counts_what_stays(exercise),
    })
}

/// Loads the answer, and makes its input: outside every measurement.
fn set_up(solve: &Path, data: &Path) -> String {
    let quoted = |path: &Path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        // JSON's text is Python's, too.
        serde_json::Value::from(absolute.display().to_string()).to_string()
    };
    format!(
        "import importlib.util\n\
         def load(name, path):\n\
         \x20   found = importlib.util.spec_from_file_location(name, path)\n\
         \x20   module = importlib.util.module_from_spec(found)\n\
         \x20   found.loader.exec_module(module)\n\
         \x20   return module\n\
         solve = load('exercise', {}).solve\n\
         data = load('exercise_data', {}).data(n)",
        quoted(solve),
        quoted(data)
    )
}

fn cells<'a>(results: &'a Results, name: &str) -> Vec<&'a Cell> {
    results
        .cells
        .iter()
        .filter(|cell| cell.key.variant.function == name)
        .collect()
}

fn failure(cells: &[&Cell]) -> Option<String> {
    let error = cells.iter().find_map(|cell| cell.errors.first());
    error.map(|error| error.message.trim_end().to_owned())
}

fn correctness(answer: &[&Cell], solution: &[&Cell]) -> Correctness {
    if let Some(message) = failure(answer) {
        return Correctness::Failed(message);
    }
    let shown = |cell: &Cell| {
        let result = cell.program.as_ref().and_then(|program| program.result.clone());
        result.unwrap_or_else(|| "something that cannot be compared".to_owned())
    };
    let pairs = answer.iter().zip(solution);
    let wrong = pairs
        .into_iter()
        .find(|(answer, solution)| answer.digest.is_none() || answer.digest != solution.digest);
    match wrong {
        None => Correctness::Right,
        Some((answer, solution)) => Correctness::Wrong {
            n: answer.key.n,
            found: shown(answer),
            wanted: shown(solution),
        },
    }
}
