//! What holds on this machine at this moment.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use procfs_core::{FromRead, LoadAverage};

use crate::record::{Checkout, Conditions};

/// What is measured or measures: the paths whose changes make a checkout dirty.
const SOURCES: [&str; 5] = ["harness", "scenarios", "Cargo.toml", "Cargo.lock", ".cargo"];

/// What holds now, for the project at `root`; programs from elsewhere have none. What cannot be
/// found out is left out.
pub fn conditions(root: Option<&Path>) -> Conditions {
    Conditions {
        checkout: root.and_then(checkout),
        governor: governor(Path::new("/sys/devices/system/cpu")),
        load_hundredths: LoadAverage::from_file("/proc/loadavg")
            .ok()
            .map(|load| (load.one * 100.0).round() as u32),
    }
}

/// Asks git, which may be missing, and the project no checkout. Git's own lock is left alone:
/// another git command of the user's must not fail because a run looks.
fn checkout(root: &Path) -> Option<Checkout> {
    let output = Command::new("git")
        .env("GIT_OPTIONAL_LOCKS", "0")
        .arg("-C")
        .arg(root)
        .args(["status", "--porcelain=v2", "--branch", "--"])
        .args(SOURCES)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stdout);
    parse_status(&text).filter(|_| output.status.success())
}

/// Reads `git status --porcelain=v2 --branch`: headers begin with `#`, every other line is a
/// change.
fn parse_status(text: &str) -> Option<Checkout> {
    let commit = text.lines().find_map(|line| line.strip_prefix("# branch.oid "))?;
    // A new repository has `(initial)` in its place.
    let is_commit = commit.len() >= 12 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_commit.then(|| Checkout {
        revision: commit[..12].to_owned(),
        dirty: text.lines().any(|line| !line.starts_with('#')),
    })
}

/// The governors of all processors, each named once.
fn governor(processors: &Path) -> Option<String> {
    let entries = fs::read_dir(processors).ok()?;
    let governors: BTreeSet<String> = entries
        .filter_map(|entry| {
            let file = entry.ok()?.path().join("cpufreq/scaling_governor");
            Some(fs::read_to_string(file).ok()?.trim().to_owned())
        })
        .collect();
    (!governors.is_empty()).then(|| governors.into_iter().collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "a3983be04f2c1d5e6f708192a3b4c5d6e7f80912";

    #[test]
    fn a_checkout_is_dirty_where_git_names_a_change() {
        let clean = format!("# branch.oid {COMMIT}\n# branch.head main\n");
        let expected = |dirty| {
            Some(Checkout {
                revision: "a3983be04f2c".to_owned(),
                dirty,
            })
        };
        assert_eq!(parse_status(&clean), expected(false));
        for change in [
            "1 .M N... 100644 100644 100644 a b harness/x.rs",
            "? scenarios/new/",
        ] {
            assert_eq!(parse_status(&format!("{clean}{change}\n")), expected(true));
        }
        assert_eq!(parse_status("# branch.oid (initial)\n# branch.head main\n"), None);
        assert_eq!(parse_status(""), None);
    }

    fn git(folder: &Path, arguments: &[&str]) {
        let status = Command::new("git")
            .arg("-C")
            .arg(folder)
            .args(["-c", "user.name=test", "-c", "user.email=test@example.org"])
            .args(arguments)
            .stdout(Stdio::null())
            .status()
            .expect("git is installed, since this is a checkout");
        assert!(status.success(), "git {arguments:?}");
    }

    #[test]
    fn sources_make_a_checkout_dirty_and_records_do_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        let dirty = || checkout(folder.path()).unwrap().dirty;
        git(folder.path(), &["init", "--quiet"]);
        assert_eq!(checkout(folder.path()), None, "nothing is committed yet");
        write("scenarios/sums/workload.py", "one");
        write("book/records/local/a.jsonl", "one");
        git(folder.path(), &["add", "."]);
        git(
            folder.path(),
            &["commit", "--quiet", "--no-gpg-sign", "--message", "one"],
        );
        assert!(!dirty());
        write("book/records/local/a.jsonl", "two");
        assert!(!dirty(), "a run writes records");
        write("scenarios/sums/workload.py", "two");
        assert!(dirty());
        git(folder.path(), &["checkout", "--quiet", "--", "scenarios"]);
        write("harness/new.rs", "new");
        assert!(dirty(), "a file that git does not know yet");
    }

    #[test]
    fn no_checkout_is_no_error() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(checkout(&folder.path().join("missing")), None);
    }

    #[test]
    fn governors_are_named_once() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(governor(folder.path()), None);
        for (processor, governor) in [
            ("cpu0", "powersave"),
            ("cpu1", "performance"),
            ("cpu2", "powersave"),
        ] {
            let place = folder.path().join(processor).join("cpufreq");
            fs::create_dir_all(&place).unwrap();
            fs::write(place.join("scaling_governor"), format!("{governor}\n")).unwrap();
        }
        assert_eq!(governor(folder.path()).unwrap(), "performance, powersave");
    }
}
