//! Finding the variant that was asked for.

use std::hint::black_box;

use serde_json::json;

use super::calls::{Asked, answer_all, guarded};
use super::pipe::Pipe;
use super::sink::Sink;
use crate::record::{ErrorKind, Pass};

/// Is shown every Rust variant of the corpus, and runs the one that it was asked for.
pub struct Visitor {
    scenario: String,
    variant: String,
    n: usize,
    pass: Pass,
    load: u64,
    /// Taken by the variant that is found.
    pipe: Option<Pipe>,
    outcome: std::io::Result<()>,
}

impl Visitor {
    /// Looks for a variant, to answer the load request of that id.
    pub(super) fn new(
        scenario: String,
        variant: String,
        n: usize,
        pass: Pass,
        load: u64,
        pipe: Pipe,
    ) -> Self {
        Visitor {
            scenario,
            variant,
            n,
            pass,
            load,
            pipe: Some(pipe),
            outcome: Ok(()),
        }
    }

    /// How serving ended; a variant that was not found is said.
    pub(super) fn finish(self) -> std::io::Result<()> {
        let Some(mut pipe) = self.pipe else {
            return self.outcome;
        };
        let name = format!("{}/rust.{}", self.scenario, self.variant);
        let message = format!("{name} is not in this program: run `cargo build --release` again");
        pipe.refuse(self.load, ErrorKind::Start, &message)
    }

    /// Shows a variant that is handed a reference to what set-up made once.
    pub fn variant<S>(
        &mut self,
        scenario: &str,
        variant: &str,
        setup: fn(usize) -> S,
        run: fn(&S, &mut Sink),
    ) {
        let n = self.n;
        self.serve(scenario, variant, || {
            let input = setup(n);
            move |iterations: u64, sink: &mut Sink| {
                sink.span(|sink| {
                    for _ in 0..iterations {
                        run(black_box(&input), sink);
                    }
                });
            }
        });
    }

    /// Shows a variant that is handed what set-up made for this very call.
    pub fn variant_each<S>(
        &mut self,
        scenario: &str,
        variant: &str,
        setup: fn(usize) -> S,
        run: fn(S, &mut Sink),
    ) {
        let n = self.n;
        self.serve(scenario, variant, || {
            move |iterations: u64, sink: &mut Sink| {
                for _ in 0..iterations {
                    let input = black_box(setup(n));
                    sink.span(|sink| run(input, sink));
                }
            }
        });
    }

    /// Serves all further requests with this variant, if it is the one that was asked for. `make` runs its set-up.
    fn serve<C: FnMut(u64, &mut Sink)>(&mut self, scenario: &str, variant: &str, make: impl FnOnce() -> C) {
        if self.scenario != scenario || self.variant != variant {
            return;
        }
        let Some(mut pipe) = self.pipe.take() else { return };
        let made = guarded(make);
        self.outcome = match made {
            Err(message) => pipe.refuse(self.load, ErrorKind::Exception, &message),
            Ok(mut calls) => {
                let ready = pipe.answer(self.load, Ok(json!({})));
                ready.and_then(|()| match answer_all(&mut pipe, self.pass, &mut calls)? {
                    Asked::Nothing => Ok(()),
                    // A scenario's cells have processes of their own.
                    Asked::Size { id, .. } => {
                        let message = "a scenario's worker keeps its size: start another worker";
                        pipe.refuse(id, ErrorKind::Garbage, message)
                    }
                })
            }
        };
    }
}
