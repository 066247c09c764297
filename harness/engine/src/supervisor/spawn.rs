//! Starting child processes from a thread that lives as long as the program.
//!
//! A worker is to die with its parent, and to Linux the parent is the thread that started it
//! (`PR_SET_PDEATHSIG` in prctl(2)). Passes run in threads that end, and a worker may outlive its
//! pass.

use std::io;
use std::process::{Child, Command};
use std::sync::OnceLock;
use std::sync::mpsc::{self, Sender};
use std::thread;

/// A command to start, and where the child goes.
type Order = (Command, Sender<io::Result<Child>>);

/// Starts the command.
///
/// # Errors
/// When the system refuses to, or gives no thread to do it in.
pub(super) fn spawn(command: Command) -> io::Result<Child> {
    static STARTER: OnceLock<Option<Sender<Order>>> = OnceLock::new();
    let starter = STARTER.get_or_init(|| start().ok());
    let gone = || io::Error::other("there is no thread to start processes in");
    let (sender, started) = mpsc::channel();
    let order = starter.as_ref().ok_or_else(gone)?;
    order.send((command, sender)).map_err(|_| gone())?;
    started.recv().map_err(|_| gone())?
}

fn start() -> io::Result<Sender<Order>> {
    let (sender, orders) = mpsc::channel::<Order>();
    thread::Builder::new().name("starter".to_owned()).spawn(move || {
        for (mut command, answer) in orders {
            // Whoever asked may be gone, and the child with it.
            let _ = answer.send(command.spawn());
        }
    })?;
    Ok(sender)
}
