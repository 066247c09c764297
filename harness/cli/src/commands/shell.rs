//! `heapbook completions` and `heapbook man`: what a shell and `man` know of the command line.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::arguments::Arguments;
use crate::output;
use crate::status::Status;

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  heapbook completions bash > ~/.local/share/bash-completion/completions/heapbook"
)]
pub(crate) struct CompletionsOptions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the completions of a shell.
pub(crate) fn completions(options: &CompletionsOptions) -> Status {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut Arguments::command(), "heapbook", &mut text);
    output::answer(format_args!("{}", String::from_utf8_lossy(&text)));
    Status::Fine
}

/// Prints the man page: the program's, and each command's behind it.
///
/// # Errors
/// When memory takes no more, which it does not say.
pub(crate) fn man() -> anyhow::Result<Status> {
    let mut text = Vec::new();
    let mut command = Arguments::command();
    command.build();
    clap_mangen::Man::new(command.clone()).render(&mut text)?;
    for one in command
        .get_subcommands()
        .filter(|one| !one.is_hide_set() && one.get_name() != "help")
    {
        let page = one.clone().display_name(format!("heapbook-{}", one.get_name()));
        clap_mangen::Man::new(page).render(&mut text)?;
    }
    output::answer(format_args!("{}", String::from_utf8_lossy(&text)));
    Ok(Status::Fine)
}
