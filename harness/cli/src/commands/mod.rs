//! One module a command.

pub(crate) mod book;
pub(crate) mod check;
pub(crate) mod compare;
pub(crate) mod default;
pub(crate) mod exercise;
pub(crate) mod export;
pub(crate) mod leaks;
pub(crate) mod lines;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod new;
pub(crate) mod preprocess;
pub(crate) mod publish;
pub(crate) mod pythons;
pub(crate) mod run;
pub(crate) mod shell;
pub(crate) mod try_programs;
