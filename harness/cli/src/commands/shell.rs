//! `heapbook completions` and `heapbook man`: what a shell and `man` know of the command line.

use clap::{Args, Command};
use clap_complete::Shell;

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
pub(crate) fn completions(mut program: Command, options: &CompletionsOptions) -> anyhow::Result<Status> {
    let mut text = Vec::new();
    clap_complete::generate(options.shell, &mut program, "heapbook", &mut text);
    output::answer(&String::from_utf8_lossy(&text));
    Ok(Status::Fine)
}

/// Prints the man page: the program's, followed by each command's.
pub(crate) fn man(mut program: Command) -> anyhow::Result<Status> {
    let mut text = Vec::new();
    program.build();
    clap_mangen::Man::new(program.clone()).render(&mut text)?;
    for one in program
        .get_subcommands()
        .filter(|one| !one.is_hide_set() && one.get_name() != "help")
    {
        let page = one.clone().display_name(format!("heapbook-{}", one.get_name()));
        clap_mangen::Man::new(page).render(&mut text)?;
    }
    output::answer(&String::from_utf8_lossy(&text));
    Ok(Status::Fine)
}
