//! Taking folders that name a person out of what goes into a record.

use std::path::Path;

/// The message with the project's folder left out, so that its files are named as the project
/// names them, and the user's home written `~`. A traceback names files, and a checkout often lies
/// in someone's home.
pub(super) fn without_folders(message: &str, root: &Path) -> String {
    let home = std::env::home_dir();
    rewritten(message, root, home.as_deref())
}

fn rewritten(message: &str, root: &Path, home: Option<&Path>) -> String {
    let mut text = message.to_owned();
    let real = root.canonicalize().unwrap_or_else(|_| root.to_owned());
    for root in [root, &real].into_iter().filter(|root| root.is_absolute()) {
        text = text.replace(&format!("{}/", root.display()), "");
    }
    // A home of `/` is that of a system's account and names nobody; to replace it would mangle
    // every path.
    match home.filter(|home| home.components().count() > 1) {
        Some(home) => text.replace(&*home.to_string_lossy(), "~"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_goes_and_the_home_becomes_a_tilde() {
        let message =
            "File \"/home/ada/work/scenarios/sums/workload.py\", line 2\nFile \"/home/ada/.venv/lib/x.py\"";
        let told = rewritten(message, Path::new("/home/ada/work"), Some(Path::new("/home/ada")));
        assert_eq!(
            told,
            "File \"scenarios/sums/workload.py\", line 2\nFile \"~/.venv/lib/x.py\""
        );
    }

    #[test]
    fn a_home_at_the_root_mangles_nothing() {
        let told = rewritten("File \"/usr/lib/x.py\"", Path::new("/work"), Some(Path::new("/")));
        assert_eq!(told, "File \"/usr/lib/x.py\"");
    }
}
