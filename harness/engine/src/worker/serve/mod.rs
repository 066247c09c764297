//! The worker's end for Rust: this program, started again, runs one variant.
//!
//! The measuring loops are generic over what set-up makes and what a variant returns, so the compiler writes one loop
//! for each variant, and nothing is boxed. A variant comes as a function pointer: the loop cannot see into it, so the
//! compiler cannot hoist its work out.
//!
//! - `pipe`: the protocol's descriptors, out of the workload's reach
//! - `visitor`: finding the variant that was asked for
//! - `library`: a program of its own, in a library
//! - `calls`: what each request makes of the variant
//! - `sink`: what is done with a result, and the readings around a call

mod calls;
mod library;
mod pipe;
mod sink;
mod visitor;

use std::env;
use std::panic;

use serde_json::json;

pub use sink::Sink;
pub use visitor::Visitor;

use super::BUILD;
use crate::record::ErrorKind;
use pipe::{Pipe, Received};

/// The argument that makes a program a worker.
pub(super) const ASKED: &str = "__worker";

/// Serves as a worker if this process was started as one, and then ends; otherwise does nothing.
///
/// It belongs at the beginning of `main`. `visit` shows the scenarios' variants to the visitor.
pub fn serve_if_asked(visit: impl Fn(&mut Visitor)) {
    if env::args_os().nth(1).is_none_or(|argument| argument != ASKED) {
        return;
    }
    // The engine reads the exit status of a worker that gives no answer.
    std::process::exit(i32::from(serve(&visit).is_err()));
}

fn serve(visit: &dyn Fn(&mut Visitor)) -> std::io::Result<()> {
    let mut pipe = Pipe::open()?;
    panic::set_hook(Box::new(|_| {}));
    pipe.write(&json!({"id": 0, "hello": {"build": BUILD, "language": "rust"}}))?;
    let Some(request) = pipe.read()? else {
        return Ok(());
    };
    let Received::Load {
        pass,
        scenario,
        variant,
        n,
        file,
        foreign,
    } = request.call
    else {
        return pipe.refuse(request.id, ErrorKind::Garbage, "the first call must be `load`");
    };
    if let (true, Some(file)) = (foreign, file) {
        return library::serve(&mut pipe, &file, request.id, n, pass);
    }
    let mut visitor = Visitor::new(scenario, variant, n, pass, request.id, pipe);
    visit(&mut visitor);
    visitor.finish()
}
