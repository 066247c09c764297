//! The corpus: what Heapbook measures.
//!
//! Each directory beside `src` that holds a `scenario.toml` is a scenario: one question about
//! memory, and the Python and Rust programs that answer it. There is nothing to register: the build
//! script finds the directories and writes
//!
//! - a module for each `workload.rs`, named like the scenario with `_` for `-`;
//! - the macro `visit`, which shows every Rust variant to a visitor;
//! - [`SOURCES`], the text that was compiled.
//!
//! The crate knows nothing of the harness. It measures nothing, reads no file at run time and has
//! no trait for a visitor to implement: `visit!(visitor)` names `visitor` once for each variant and
//! calls its method `variant`.
//!
//! ```
//! #[derive(Default)]
//! struct Names(Vec<String>);
//!
//! struct Sink;
//!
//! impl Sink {
//!     fn accept<R>(&mut self, _result: R, _digest: impl FnOnce(&R) -> u64) {}
//! }
//!
//! impl Names {
//!     fn variant<S>(
//!         &mut self,
//!         scenario: &str,
//!         variant: &str,
//!         _setup: fn(usize) -> S,
//!         _run: fn(&S, &mut Sink),
//!     ) {
//!         self.0.push(format!("{scenario} {variant}"));
//!     }
//! }
//!
//! let mut names = Names::default();
//! heapbook_scenarios::visit!(names);
//! assert!(names.0.contains(&"generators iterate".to_owned()));
//! ```
//!
//! A variant without set-up is handed `n` itself; one without a digest function returns the digest.
//! The result goes to the sink together with the function that digests it, so that the visitor
//! decides when that runs, and the result may borrow from what set-up made.

include!(concat!(env!("OUT_DIR"), "/scenarios.rs"));
