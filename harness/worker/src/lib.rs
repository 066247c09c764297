//! Rust's side of a worker, in the process that runs one variant or one program.
//!
//! The measuring loops are generic over what set-up makes and what a variant returns, so the
//! compiler writes one loop for each variant, and nothing is boxed. A variant comes as a function
//! pointer: the loop cannot see into it, so the compiler cannot hoist its work out.
//!
//! - `pipe`: the protocol's descriptors, out of the workload's reach
//! - `visitor`: finding the variant that was asked for
//! - `library`: a user's program, in a library of its own
//! - `calls`: what each request makes of the variant
//! - `sink`: what is done with a result, and the readings around a call
//! - [`readings`]: from the ledger's readings to the account on the wire; Python's side shares it

mod calls;
mod library;
mod pipe;
pub mod readings;
mod sink;
mod visitor;

use std::env;
use std::panic;

use heapbook_protocol::call::Load;
use heapbook_protocol::{Asked, BUILD, Body, Code, ErrorKind, Hello, Request, WORKER_ARGUMENT, Workload};

pub use sink::Sink;
pub use visitor::Visitor;

use pipe::Pipe;

/// Serves as a worker if this process was started as one, and then ends; otherwise does nothing.
///
/// It belongs at the beginning of `main`. `visit` shows the scenarios' variants to the visitor.
pub fn serve_if_asked(visit: impl Fn(&mut Visitor)) {
    if env::args_os()
        .nth(1)
        .is_none_or(|argument| argument != WORKER_ARGUMENT)
    {
        return;
    }
    // The engine reads the exit status of a worker that gives no answer.
    std::process::exit(i32::from(serve(&visit).is_err()));
}

fn serve(visit: &dyn Fn(&mut Visitor)) -> std::io::Result<()> {
    let mut pipe = Pipe::open()?;
    panic::set_hook(Box::new(|_| {}));
    let build = BUILD.to_owned();
    pipe.write(0, Body::<()>::Hello(Hello { build }))?;
    let Some(Asked { id, request }) = pipe.read()? else {
        return Ok(());
    };
    let Request::Load(Load {
        instrument,
        workload,
        n,
    }) = request
    else {
        return pipe.refuse(id, ErrorKind::Garbage, "the first call must be `load`");
    };
    match workload {
        Workload::Variant {
            scenario, function, ..
        } => {
            let mut visitor = Visitor {
                scenario,
                variant: function,
                n,
                instrument,
                load: id,
                pipe: Some(pipe),
                outcome: Ok(()),
            };
            visit(&mut visitor);
            visitor.finish()
        }
        Workload::Program(Code::Library { file }) => library::serve(&mut pipe, &file, id, n, instrument),
        Workload::Program(Code::Named { .. } | Code::Snippet { .. } | Code::Script { .. }) => pipe.refuse(
            id,
            ErrorKind::Garbage,
            "this program is Python's: start another worker",
        ),
    }
}
