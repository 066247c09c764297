//! The worker's protocol and the exactness of its figures, in a real interpreter.
//!
//! Nothing here may name the crate: an extension module cannot be linked into an executable. Cargo
//! builds the cdylib for these tests all the same, and leaves it beside them.
//! `HEAPBOOK_TEST_PYTHON` names another interpreter than `python3`.

mod calls;
mod client;
mod exact;
mod figures;
mod interpreter;
mod lines;
mod native;
mod protocol;
mod spares;
mod turmoil;
mod unseen;
mod wire;
