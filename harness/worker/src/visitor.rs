//! Finding the variant that was asked for.

use std::hint::black_box;

use heapbook_protocol::call::Load;
use heapbook_protocol::{Done, ErrorKind, Instrument};

use crate::calls::{answer_all, guarded};
use crate::pipe::Pipe;
use crate::sink::Sink;

/// Is shown every Rust variant of the corpus, and runs the one that it was asked for.
pub struct Visitor {
    pub(crate) scenario: String,
    pub(crate) variant: String,
    pub(crate) n: u64,
    pub(crate) instrument: Instrument,
    /// The id of the request to load it.
    pub(crate) load: u64,
    /// Taken by the variant that is found.
    pub(crate) pipe: Option<Pipe>,
    pub(crate) outcome: std::io::Result<()>,
}

impl Visitor {
    /// How serving ended; a variant that was not found is said.
    pub(crate) fn finish(self) -> std::io::Result<()> {
        let Some(mut pipe) = self.pipe else {
            return self.outcome;
        };
        let name = format!("{}/rust.{}", self.scenario, self.variant);
        let message = format!("{name} is not in this program: run `cargo build --release` again");
        pipe.refuse(self.load, ErrorKind::Start, &message)
    }

    /// Shows a variant that is handed a reference to what set-up made. If it is the one that was
    /// asked for, it serves all further requests.
    pub fn variant<S>(
        &mut self,
        scenario: &str,
        variant: &str,
        setup: fn(usize) -> S,
        run: fn(&S, &mut Sink),
    ) {
        if self.scenario != scenario || self.variant != variant {
            return;
        }
        let Some(mut pipe) = self.pipe.take() else { return };
        self.outcome = match guarded(|| setup(self.n as usize)) {
            Err(failure) => pipe.answer::<Load>(self.load, Err(failure)),
            Ok(input) => self.serve(&mut pipe, |iterations: u64, sink: &mut Sink| {
                sink.span(|sink| {
                    for _ in 0..iterations {
                        run(black_box(&input), sink);
                    }
                });
            }),
        };
    }

    fn serve(&self, pipe: &mut Pipe, mut calls: impl FnMut(u64, &mut Sink)) -> std::io::Result<()> {
        pipe.answer::<Load>(self.load, Ok(Done {}))?;
        match answer_all(pipe, self.instrument, &mut calls)? {
            None => Ok(()),
            // A scenario's cells have processes of their own.
            Some(resize) => {
                let message = "a scenario's worker keeps its size: start another worker";
                pipe.refuse(resize.id, ErrorKind::Garbage, message)
            }
        }
    }
}
