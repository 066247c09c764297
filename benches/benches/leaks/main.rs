//! How often `heapbook leaks` is right: `cargo bench --features method --bench leaks`, with the
//! options `-- [--seed N] [--programs N] [--calls N] [--python PATH] [--again] [--show WORD]`.
//!
//! Programs are made of which it is known what a call leaves, from kinds with drawn sizes: as many
//! of each kind for each number of calls. Each is called by the real worker, under the ledger, in a
//! process of its own, and judged as the command judges. Another seed draws other programs. The
//! truth is arithmetic; that of one program of each kind is first held to `tracemalloc`. Prints a
//! table, and writes `target/leaks.json`, which is published as `book/records/bench/leaks.json`.
//! `--show` prints the text and the verdict of what is `accused`, `acquitted`, `doubt` or
//! `outside`. What was live after each call is kept in `target/leaks-live.jsonl`, a line for each
//! program; with `--again` it is judged anew, and nothing is called.
//!
//! - `programs`: the kinds, and the truth of each program
//! - `calls`: one program called
//! - `truth`: what `tracemalloc` says of a program
//! - `tally`: counts, and the book's tables
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a bench reports to the terminal"
)]

mod calls;
mod programs;
mod tally;
mod truth;

use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use fastrand::Rng;
use heapbook_engine::project::Project;
use heapbook_engine::runtime::Interpreter;
use heapbook_engine::statistics::judge_leak;
use heapbook_model::Bytes;
use serde::{Deserialize, Serialize};

use calls::Laboratory;
use programs::{Family, families};
use tally::{Right, Tally};

/// How many calls are made, and how many programs of each kind get so many unless `--programs` says
/// otherwise: what published figures take.
const CALLS: [(usize, u64); 3] = [(60, 32), (200, 26), (2_000, 10)];

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("heapbook: {error}");
            ExitCode::from(2)
        }
    }
}

/// What the command line asks for.
struct Asked {
    seed: u64,
    programs: Option<u64>,
    calls: Option<usize>,
    python: PathBuf,
    again: bool,
    show: Option<String>,
}

fn asked() -> Result<Asked, Box<dyn Error>> {
    let mut asked = Asked {
        seed: 1,
        programs: None,
        calls: None,
        python: PathBuf::from("python3"),
        again: false,
        show: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        let number = |text: String| text.parse().map_err(|error| format!("{argument}: {error}"));
        match argument.as_str() {
            "--seed" => asked.seed = number(value()?)?,
            "--programs" => asked.programs = Some(number(value()?)?),
            "--calls" => asked.calls = Some(usize::try_from(number(value()?)?)?),
            "--python" => asked.python = PathBuf::from(value()?),
            "--again" => asked.again = true,
            "--show" => asked.show = Some(value()?),
            // Cargo's own.
            "--bench" => {}
            other => {
                return Err(format!(
                    "`{other}` is unknown: use --seed N, --programs N, --calls N, --python PATH, --again or --show WORD"
                )
                .into());
            }
        }
    }
    match asked.calls {
        Some(calls) if calls < 60 => Err("--calls must be 60 or more".into()),
        _ => Ok(asked),
    }
}

impl Asked {
    /// Numbers of calls, each with how many programs of a kind get so many.
    fn rounds(&self) -> Vec<(usize, u64)> {
        let rounds = CALLS.map(|(calls, programs)| (calls, self.programs.unwrap_or(programs)));
        match self.calls {
            Some(calls) => vec![(calls, self.programs.unwrap_or(CALLS[0].1))],
            None => rounds.to_vec(),
        }
    }
}

fn bench() -> Result<(), Box<dyn Error>> {
    let asked = asked()?;
    let laboratory = Laboratory::new(Interpreter::find(&asked.python, &[])?)?;
    let (families, rounds) = (families(), asked.rounds());
    let target = Project::find(&std::env::current_dir()?)?.root.join("target");
    std::fs::create_dir_all(&target)?;
    let kept = target.join("leaks-live.jsonl");
    if !asked.again {
        truth::check(&laboratory, &families, asked.seed)?;
        call_all(&laboratory, &families, &rounds, asked.seed, &kept)?;
    }
    let mut tally = Tally::new(rounds.iter().map(|(calls, _)| *calls).collect());
    for line in BufReader::new(File::open(&kept)?).lines() {
        let called: Called = serde_json::from_str(&line?)?;
        let family = families.iter().find(|family| family.name == called.family);
        let family = family.ok_or_else(|| format!("{}: there is no such kind any more", called.family))?;
        judge(family, &called, asked.show.as_deref(), &mut tally)?;
    }
    println!("{}", tally.text(&families));
    let tables = tally.tables(&families, &laboratory.python.runtime.version, asked.seed);
    let file = target.join("leaks.json");
    std::fs::write(&file, serde_json::to_string_pretty(&tables)?)?;
    println!("Written: {}", file.display());
    Ok(())
}

/// A program that was called.
#[derive(Debug, Serialize, Deserialize)]
struct Called {
    family: String,
    calls: usize,
    number: u64,
    seed: u64,
    /// What was live after each call.
    live: Vec<Bytes>,
}

/// Makes programs of each kind, and calls each.
fn call_all(
    laboratory: &Laboratory,
    families: &[Family],
    rounds: &[(usize, u64)],
    seed: u64,
    kept: &Path,
) -> Result<(), Box<dyn Error>> {
    let programs: u64 = rounds.iter().map(|(_, programs)| programs).sum();
    let all = programs * families.len() as u64;
    let (began, mut done) = (Instant::now(), 0);
    let mut kept = File::create(kept)?;
    for (calls, programs) in rounds {
        for family in families {
            for number in 0..*programs {
                let made = family.make(&mut random(family, *calls, number, seed), *calls);
                let called = Called {
                    family: family.name.to_owned(),
                    calls: *calls,
                    number,
                    seed,
                    live: laboratory.live(&made, *calls)?,
                };
                writeln!(kept, "{}", serde_json::to_string(&called)?)?;
                done += 1;
            }
            eprint!("\r{done} of {all} programs, {} s   ", began.elapsed().as_secs());
            std::io::stderr().flush()?;
        }
    }
    eprintln!();
    Ok(())
}

/// Judges what calls of a program left, as the command judges, and counts what is said.
fn judge(
    family: &Family,
    called: &Called,
    show: Option<&str>,
    tally: &mut Tally,
) -> Result<(), Box<dyn Error>> {
    let leak = judge_leak(&called.live).ok_or("too few calls")?;
    let made = family.make(
        &mut random(family, called.calls, called.number, called.seed),
        called.calls,
    );
    let right = Right::of(&made, leak);
    if show.is_some_and(|word| right.is(word)) {
        let lines = made.text.lines().map(|line| line.chars().take(150).collect());
        println!(
            "\n{}, {} calls, number {}: {:?}\n{leak:?}\n{}",
            family.name,
            called.calls,
            called.number,
            made.truth,
            lines.collect::<Vec<String>>().join("\n")
        );
    }
    tally.add(family, called.calls, right);
    Ok(())
}

/// Random numbers of a program's own: the same each time.
fn random(family: &Family, calls: usize, number: u64, seed: u64) -> Rng {
    let name = family
        .name
        .bytes()
        .fold(0, |hash: u64, byte| hash.wrapping_mul(257) + u64::from(byte));
    let mut random = Rng::with_seed(seed);
    for part in [name, calls as u64, number] {
        random = Rng::with_seed(random.u64(..) ^ part.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    }
    random
}
