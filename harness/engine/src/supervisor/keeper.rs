//! The process between this program and a worker.
//!
//! It keeps all that the worker starts within reach: a process whose parent has ended passes to it,
//! in whatever session, group and environment (`PR_SET_CHILD_SUBREAPER` in prctl(2)). It ends them
//! when it is told to, or when this program has ended, by SIGKILL too. And it is the parent that a
//! worker finds: one that kills its parent ends itself alone.
//!
//! It is forked between this program's fork and exec, so it may call nothing that allocates or
//! takes a lock; it has no descriptors, and no signal but SIGKILL and SIGSTOP acts on it.

use std::io;
use std::os::unix::process::CommandExt;
use std::process::Command;

use libc::{c_int, pid_t};

/// Has a keeper stand between this program and the command, which then leads a session of its own:
/// it has no terminal.
pub(super) fn put_before(command: &mut Command) {
    // SAFETY: getpid only reads.
    let program = unsafe { libc::getpid() };
    // SAFETY: between fork and exec, `part` makes system calls alone.
    unsafe { command.pre_exec(move || part(program)) };
}

/// Becomes a keeper and its worker; returns in the worker alone.
fn part(program: pid_t) -> io::Result<()> {
    // SAFETY: each of these is a system call or fills a set of the caller's; all may be called
    // between fork and exec.
    unsafe {
        let (mut every, mut none) = (std::mem::zeroed(), std::mem::zeroed());
        libc::sigfillset(&mut every);
        libc::sigemptyset(&mut none);
        libc::sigprocmask(libc::SIG_SETMASK, &every, std::ptr::null_mut());
        checked(libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1))?;
        dies_with(program, libc::SIGTERM)?;
        let keeper = libc::getpid();
        let mut ends = [0; 2];
        checked(libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC))?;
        match checked(libc::fork())? {
            0 => {
                // Until the keeper has closed all that it inherited. Whoever starts a command waits
                // for that too, and a worker that stopped its keeper before would have it wait on.
                libc::close(ends[1]);
                libc::read(ends[0], [0u8].as_mut_ptr().cast(), 1);
                libc::close(ends[0]);
                checked(libc::setsid())?;
                dies_with(keeper, libc::SIGKILL)?;
                checked(libc::sigprocmask(libc::SIG_SETMASK, &none, std::ptr::null_mut()))?;
                Ok(())
            }
            worker => keep(worker, program),
        }
    }
}

/// Has the kernel send a signal once the parent has ended.
///
/// # Errors
/// When it refuses, or the parent was gone before it was asked: nobody is left to answer to.
unsafe fn dies_with(parent: pid_t, signal: c_int) -> io::Result<()> {
    // SAFETY: two system calls.
    unsafe {
        checked(libc::prctl(libc::PR_SET_PDEATHSIG, signal))?;
        match libc::getppid() == parent {
            true => Ok(()),
            false => Err(io::ErrorKind::NotFound.into()),
        }
    }
}

fn checked(answer: c_int) -> io::Result<c_int> {
    match answer {
        -1 => Err(io::Error::last_os_error()),
        answer => Ok(answer),
    }
}

/// Waits until this program asks for the end, or has ended; then ends everything, and itself as the
/// worker did.
unsafe fn keep(worker: pid_t, program: pid_t) -> ! {
    // SAFETY: system calls, and sets and structures of this function's own.
    unsafe {
        close_all();
        libc::signal(libc::SIGCHLD, libc::SIG_DFL);
        let mut awaited = std::mem::zeroed();
        libc::sigemptyset(&mut awaited);
        libc::sigaddset(&mut awaited, libc::SIGCHLD);
        libc::sigaddset(&mut awaited, libc::SIGTERM);
        loop {
            let mut sent: libc::siginfo_t = std::mem::zeroed();
            let signal = libc::sigwaitinfo(&awaited, &mut sent);
            let is_asked = signal == libc::SIGTERM && sent.si_pid() == program;
            if is_asked || libc::getppid() != program {
                break;
            }
            // The worker stays unreaped: its number must not pass to another.
            each_child(|child| {
                if child != worker {
                    libc::waitpid(child, std::ptr::null_mut(), libc::WNOHANG);
                }
            });
        }
        end_as(end_all(worker))
    }
}

/// Kills every child until there is none, those included that come when their parent is killed;
/// gives the worker's status.
unsafe fn end_all(worker: pid_t) -> c_int {
    // SAFETY: system calls; the status is this function's own.
    unsafe {
        let mut of_worker = 0;
        loop {
            each_child(|child| {
                libc::kill(child, libc::SIGKILL);
            });
            let mut status = 0;
            match libc::waitpid(-1, &mut status, libc::WNOHANG) {
                0 => {
                    let moment = libc::timespec {
                        tv_sec: 0,
                        tv_nsec: 200_000,
                    };
                    libc::nanosleep(&moment, std::ptr::null_mut());
                }
                child if child > 0 => {
                    if child == worker {
                        of_worker = status;
                    }
                }
                _ => return of_worker,
            }
        }
    }
}

/// Ends this process as a status says that another ended.
unsafe fn end_as(status: c_int) -> ! {
    // SAFETY: system calls, and a set of this function's own.
    unsafe {
        if libc::WIFSIGNALED(status) {
            let signal = libc::WTERMSIG(status);
            let no_core = libc::rlimit {
                rlim_cur: 0,
                rlim_max: 0,
            };
            libc::setrlimit(libc::RLIMIT_CORE, &no_core);
            libc::signal(signal, libc::SIG_DFL);
            libc::kill(libc::getpid(), signal);
            let mut one = std::mem::zeroed();
            libc::sigemptyset(&mut one);
            libc::sigaddset(&mut one, signal);
            libc::sigprocmask(libc::SIG_UNBLOCK, &one, std::ptr::null_mut());
        }
        libc::_exit(libc::WEXITSTATUS(status))
    }
}

/// Closes every descriptor: pipes of the worker's, of other workers', and the run's lock.
unsafe fn close_all() {
    // SAFETY: nothing in this process uses a descriptor any more.
    unsafe {
        if libc::syscall(libc::SYS_close_range, 0, libc::c_uint::MAX, 0) != 0 {
            // Before Linux 5.9.
            (0..65536).for_each(|descriptor| {
                libc::close(descriptor);
            });
        }
    }
}

/// Calls for each child of this process, which is one thread.
unsafe fn each_child(mut of: impl FnMut(pid_t)) {
    let mut buffer = [0u8; 4096];
    // SAFETY: the path ends with a zero, and reading stays within the buffer.
    unsafe {
        let file = libc::open(
            c"/proc/thread-self/children".as_ptr(),
            libc::O_RDONLY | libc::O_CLOEXEC,
        );
        if file < 0 {
            return;
        }
        let mut number = 0;
        while let length @ 1.. = libc::read(file, buffer.as_mut_ptr().cast(), buffer.len()) {
            for byte in &buffer[..length.unsigned_abs()] {
                match byte {
                    b'0'..=b'9' => number = number * 10 + pid_t::from(byte - b'0'),
                    _ if number > 0 => of(std::mem::take(&mut number)),
                    _ => {}
                }
            }
        }
        libc::close(file);
    }
}
