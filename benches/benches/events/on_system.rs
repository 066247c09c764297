//! The workloads on the allocator that a Rust program has unless it says otherwise.

mod clock;
mod workloads;

fn main() {
    workloads::run(workloads::timed);
}
