//! The interpreter with everything installed: its own tests, its debugging allocator, and valgrind.

use std::process::{Command, Output};

use crate::client::{SEES_NATIVE, evaluate, library, preload, python, skip};

/// The tests of CPython that use memory in all the ways there are.
const TESTS: &str = "test_gc test_list test_dict test_memoryview test_generators test_weakref test_threading";

/// Left out is a test whose child process recurses until it is interrupted: now and then the
/// interrupt comes where it is taken for the end of the recursion, and the child runs on for ever.
const RUN_TESTS: &str = "
import gc, importlib, sys, unittest
sys.path.insert(0, sys.argv.pop(1))
import heapbook_probe as probe
sys.path.pop(0)
gc.collect()
probe.install()
left_out = 'test_print_exception_gh_102056'
failed = []
def run():
    for name in sys.argv[1:]:
        for case in vars(importlib.import_module('test.' + name)).values():
            if isinstance(case, type) and left_out in vars(case):
                delattr(case, left_out)
        result = unittest.main('test.' + name, argv=['test'], exit=False).result
        assert result.testsRun > 10, name
        failed.extend(test.id() for test, _ in result.failures + result.errors)
figures = probe.account(run, (), True, False)[0]
assert figures['allocations'] > 100_000, figures
probe.remove()
print(*failed)
";

/// Of tests that failed, those that pass where nothing is installed.
const RUN_BARE: &str = "
import sys, unittest
suite = unittest.defaultTestLoader.loadTestsFromNames(sys.argv[2:])
result = unittest.TextTestRunner().run(suite)
print(*set(sys.argv[2:]) - {test.id() for test, _ in result.failures + result.errors})
";

fn run(command: &mut Command, script: &str, arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    std::os::unix::fs::symlink(library(), folder.path().join("heapbook_probe.abi3.so")).unwrap();
    command.arg(script).arg(folder.path()).args(arguments);
    command.output().unwrap()
}

fn assert_success(output: &Output) {
    let errors = String::from_utf8_lossy(&output.stderr);
    let end: String = errors.lines().rev().take(40).collect::<Vec<_>>().join("\n");
    assert!(output.status.success(), "last line first:\n{end}");
}

/// The tests print as well.
fn last_line(output: &Output) -> String {
    let printed = String::from_utf8_lossy(&output.stdout);
    printed.lines().last().unwrap_or_default().trim().to_owned()
}

#[test]
fn its_own_tests_pass() {
    let found = "int(__import__('importlib.util').util.find_spec('test') is not None \
        and __import__('importlib.util').util.find_spec('test.test_gc') is not None)";
    if evaluate(found) == 0 {
        skip("this interpreter does not ship its tests");
        return;
    }
    let tests: Vec<&str> = TESTS.split(' ').collect();
    let hooked = run(python().env("LD_PRELOAD", preload()), RUN_TESTS, &tests);
    assert_success(&hooked);
    let failed = last_line(&hooked);
    let failed: Vec<&str> = failed.split_whitespace().collect();
    if !failed.is_empty() {
        // Some fail on a machine for reasons of its own.
        let bare = run(&mut python(), RUN_BARE, &failed);
        assert_success(&bare);
        let errors = String::from_utf8_lossy(&hooked.stderr);
        assert_eq!(last_line(&bare), "", "these pass without the hooks\n{errors}");
        skip(&format!("{failed:?}, which fail without the hooks as well"));
    }
}

/// Makes and drops blocks of all kinds in a few threads.
const EXERCISE: &str = "
import gc, sys
sys.path.insert(0, sys.argv.pop(1))
import heapbook_probe as probe
gc.collect()
probe.install()
import threading, zlib
def work():
    kept = [[bytes(i), bytearray(i), {i: str(i)}, (i, i)] for i in range(0, 3000, 7)]
    del kept[::2]
    zlib.compress(bytes(100_000))
def run():
    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads: thread.start()
    work()
    for thread in threads: thread.join()
for _ in range(5):
    figures, sizes, timeline, _ = probe.account(run, (), True, True)
    assert len(timeline['points']) > 100, timeline
# In the first calls a few blocks go that are older than the hooks.
assert figures['unknown_frees'] == 0, figures
probe.remove()
";

#[test]
fn its_debugging_allocator_finds_nothing() {
    for mode in ["debug", "malloc_debug", "malloc"] {
        let mut command = python();
        command.env("PYTHONMALLOC", mode).env("LD_PRELOAD", preload());
        assert_success(&run(&mut command, EXERCISE, &[]));
    }
}

#[test]
fn valgrind_finds_nothing() {
    if !SEES_NATIVE {
        skip("nothing is seen past Python here");
        return;
    }
    match Command::new("valgrind")
        .arg("--quiet")
        .arg(python().get_program())
        .arg("--version")
        .output()
    {
        Ok(output) if output.status.success() => {}
        // It wants symbols of the C library that some distributions leave out.
        found => {
            skip(&format!("valgrind does not start this interpreter: {found:?}"));
            return;
        }
    }
    let bare = python();
    let mut command = Command::new("valgrind");
    // Not leaks, which the interpreter has by design, nor values that are not initialised, of which
    // 3.11 has some. The preload library stays out: under valgrind there is no `__libc_malloc` that
    // it could go on to.
    command.args([
        "--quiet",
        "--error-exitcode=9",
        "--leak-check=no",
        "--undef-value-errors=no",
    ]);
    command.arg(bare.get_program()).args(bare.get_args());
    for (name, value) in bare.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("PYTHONMALLOC", "malloc");
    assert_success(&run(&mut command, EXERCISE, &[]));
}
