//! The workloads on the allocator that counts. With `HEAPBOOK_COUNT` set it counts, timeline
//! included; else it is off.

use heapbook_ledger::CountingAllocator;

mod clock;
mod workloads;

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

fn main() {
    if std::env::var_os("HEAPBOOK_COUNT").is_none() {
        return workloads::run(workloads::timed);
    }
    workloads::run(|workload| {
        CountingAllocator::enter(true);
        let time = workloads::timed(workload);
        let live_bytes = CountingAllocator::figures().live_bytes;
        CountingAllocator::stop();
        assert_eq!(live_bytes, 0, "a workload gives back all it takes");
        time
    });
}
