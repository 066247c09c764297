//! A worker in a real interpreter, and the requests it is sent.

use std::env;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

const BOOTSTRAP: &str = "import sys; sys.path[0] = sys.argv.pop(); import heapbook_probe; sys.path.pop(0); ";
const SERVE: &str = "heapbook_probe.serve()";
/// Remembers the allocators found, and says at the very end whether they are back.
const WATCH: &str = "import atexit, os; sys.allocators_before = heapbook_probe.allocators(); \
    atexit.register(lambda: os.write(2, b'as before' if heapbook_probe.allocators() == sys.allocators_before \
    else b'still hooked')); ";

/// Whether malloc can be observed here.
pub(crate) const SEES_NATIVE: bool = cfg!(all(target_os = "linux", target_env = "gnu"));

pub(crate) struct Worker {
    pub(crate) child: Child,
    requests: ChildStdin,
    pub(crate) answers: BufReader<ChildStdout>,
    last: u64,
    /// Where the probe lies.
    folder: tempfile::TempDir,
}

impl Worker {
    pub(crate) fn start() -> Self {
        Self::start_with(&[])
    }

    /// A worker with variables in its environment, and with malloc observed where that is possible.
    pub(crate) fn start_with(variables: &[(&str, &str)]) -> Self {
        let mut command = python();
        command
            .env("LD_PRELOAD", preload())
            .envs(variables.iter().copied());
        Self::start_as(command, SEES_NATIVE)
    }

    /// A worker as on a system where malloc cannot be observed.
    pub(crate) fn start_without_native() -> Self {
        Self::start_as(python(), false)
    }

    fn start_as(command: Command, native: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink(library(), folder.path().join("heapbook_probe.abi3.so")).unwrap();
        Self::start_in(folder, command, native)
    }

    /// A worker whose probe lies in that folder, in which another one may have left something.
    pub(crate) fn start_again(folder: tempfile::TempDir) -> Self {
        Self::start_in(folder, python(), false)
    }

    fn start_in(folder: tempfile::TempDir, mut command: Command, native: bool) -> Self {
        let mut child = command
            .arg(format!("{BOOTSTRAP}{WATCH}{SERVE}"))
            .arg(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("these tests need python3, 3.11 or later, on the PATH");
        let mut worker = Self {
            requests: child.stdin.take().unwrap(),
            answers: BufReader::new(child.stdout.take().unwrap()),
            child,
            last: 0,
            folder,
        };
        let hello = worker.answer();
        let build = hello["hello"]["build"].as_str().unwrap();
        assert!(build.len() == 16 && build.bytes().all(|digit| digit.is_ascii_hexdigit()));
        assert_eq!(hello["hello"]["language"], "python");
        assert_eq!(hello["hello"]["native"], native);
        assert_eq!(hello["id"], 0);
        worker
    }

    /// A worker with a function of `workload.py` loaded, called with `n`.
    pub(crate) fn loaded(instrument: &str, function: &str, n: u64) -> Self {
        let mut worker = Self::start();
        worker.load(json!({"instrument": instrument, "function": function, "n": n}));
        worker
    }

    /// Loads a function of a workload file; what is not said is as for most.
    pub(crate) fn load(&mut self, fields: Value) {
        assert_eq!(self.ask(load(fields)), json!({"ok": {}}));
    }

    pub(crate) fn ask(&mut self, mut request: Value) -> Value {
        self.last += 1;
        request["id"] = json!(self.last);
        self.send(&request.to_string());
        let mut answer = self.answer();
        assert_eq!(answer["id"], self.last);
        answer.as_object_mut().unwrap().remove("id");
        answer
    }

    pub(crate) fn send(&mut self, line: &str) {
        self.requests.write_all(format!("{line}\n").as_bytes()).unwrap();
    }

    pub(crate) fn answer(&mut self) -> Value {
        let mut line = "\n".to_owned();
        // An empty line says that one call of several has ended.
        while line == "\n" {
            line.clear();
            self.answers.read_line(&mut line).unwrap();
        }
        serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error} in {line:?}"))
    }

    pub(crate) fn memory(&mut self, warm_up: bool) -> Value {
        self.ask(json!({"call": "memory", "warm_up": warm_up, "timeline": true, "histogram": false}))["ok"]
            .take()
    }

    pub(crate) fn digest(&mut self) -> Value {
        self.ask(json!({"call": "digest"}))
    }

    pub(crate) fn error_kind(&mut self, request: Value) -> String {
        self.ask(request)["error"]["kind"]
            .as_str()
            .unwrap_or("no error")
            .to_owned()
    }

    /// Ends the worker and returns what it wrote to stderr.
    pub(crate) fn quit(self) -> String {
        self.leave().0
    }

    /// The same, with the folder that its probe lies in.
    pub(crate) fn leave(mut self) -> (String, tempfile::TempDir) {
        assert_eq!(self.ask(json!({"call": "quit"})), json!({"ok": {}}));
        let mut rest = String::new();
        self.answers.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        let output = self.child.wait_with_output().unwrap();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{errors}");
        assert!(errors.ends_with("as before"), "{errors}");
        (errors, self.folder)
    }
}

/// A request to load a function of a workload file.
pub(crate) fn load(mut fields: Value) -> Value {
    let mut variant = json!({"scenario": "a-test", "file": workload(), "setup": null, "digest": null});
    for name in ["file", "function", "setup", "digest"] {
        if let Some(value) = fields.get(name) {
            variant[name] = value.clone();
        }
    }
    json!({
        "call": "load", "instrument": fields["instrument"].take(), "workload": {"variant": variant}, "n": fields["n"].take(),
    })
}

pub(crate) fn python() -> Command {
    let mut command = Command::new(env::var_os("HEAPBOOK_TEST_PYTHON").unwrap_or_else(|| "python3".into()));
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("PYTHON") {
            command.env_remove(name);
        }
    }
    command.env("PYTHONHASHSEED", "1").args(["-s", "-B", "-c"]);
    command
}

/// The probe that cargo built with this test.
pub(crate) fn library() -> PathBuf {
    built("heapbook_probe")
}

/// The library that observes malloc.
pub(crate) fn preload() -> PathBuf {
    built("heapbook_preload")
}

fn built(name: &str) -> PathBuf {
    let name = format!("{}{name}{}", env::consts::DLL_PREFIX, env::consts::DLL_SUFFIX);
    env::current_exe().unwrap().with_file_name(name)
}

pub(crate) fn workload() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/worker/workload.py")
}

/// A number that the interpreter in use has for an expression: sizes of objects differ by version.
pub(crate) fn evaluate(expression: &str) -> i64 {
    let output = python()
        .arg(format!("import sys; print({expression})"))
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().parse().unwrap()
}

/// Whether the interpreter is of that version or newer.
pub(crate) fn is_from(major: u32, minor: u32) -> bool {
    evaluate(&format!("int(sys.version_info >= ({major}, {minor}))")) == 1
}

/// Says what was not tested, to whoever asks for the output of tests.
#[expect(
    clippy::print_stdout,
    reason = "there is no other way to tell of a test that could not be made"
)]
pub(crate) fn skip(reason: &str) {
    println!("skipped: {reason}");
}
