//! Which thread this is, as one machine word.
//!
//! A guard is asked on every allocation, and in a shared library each access to a `thread_local!`
//! may be a call (`__tls_get_addr`). The thread pointer is one instruction.

/// A word that no two living threads share, and that is never 0.
#[inline(always)]
pub fn identity() -> usize {
    pointer()
}

#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
#[inline(always)]
fn pointer() -> usize {
    let pointer: usize;
    // SAFETY: on x86-64 Linux the first word of a thread's control block is the block's own address
    // (System V ABI, "TLS variant II"); reading it changes nothing.
    unsafe {
        std::arch::asm!("mov {}, fs:0", out(reg) pointer, options(pure, readonly, nostack, preserves_flags));
    }
    pointer
}

#[cfg(all(target_os = "linux", target_arch = "aarch64"))]
#[inline(always)]
fn pointer() -> usize {
    let pointer: usize;
    // SAFETY: user code may read the thread pointer register at any time.
    unsafe {
        std::arch::asm!("mrs {}, tpidr_el0", out(reg) pointer, options(pure, nomem, nostack, preserves_flags));
    }
    pointer
}

#[cfg(not(all(target_os = "linux", any(target_arch = "x86_64", target_arch = "aarch64"))))]
#[inline(always)]
fn pointer() -> usize {
    thread_local! {
        static PLACE: u8 = const { 0 };
    }
    PLACE.with(|place| std::ptr::from_ref(place).addr())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_alive_together_have_words_of_their_own() {
        let here = identity();
        assert_ne!(here, 0);
        assert_eq!(here, identity());
        let barrier = std::sync::Barrier::new(4);
        let mut words = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        let word = identity();
                        barrier.wait();
                        word
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect::<Vec<_>>()
        });
        words.push(here);
        words.sort_unstable();
        words.dedup();
        assert_eq!(words.len(), 5);
    }
}
