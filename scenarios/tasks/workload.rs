use std::cell::Cell;
use std::future::Future;
use std::hint::black_box;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

type Task = Pin<Box<dyn Future<Output = u64>>>;

struct Pause {
    over: bool,
}

impl Future for Pause {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        if self.over {
            return Poll::Ready(());
        }
        self.over = true;
        Poll::Pending
    }
}

async fn fetch(i: usize) -> u64 {
    let body = black_box(vec![0_u8; 1_000]);
    Pause { over: false }.await;
    i as u64 + u64::from(body[0])
}

// What an executor does: it asks each task whether it can go on, until none is left.
fn run(mut tasks: Vec<Task>) -> u64 {
    let mut context = Context::from_waker(Waker::noop());
    let mut total = 0;
    while !tasks.is_empty() {
        tasks.retain_mut(|task| match task.as_mut().poll(&mut context) {
            Poll::Ready(number) => {
                total += number;
                false
            }
            Poll::Pending => true,
        });
    }
    total
}

async fn work(next: Rc<Cell<usize>>, n: usize) -> u64 {
    let mut total = 0;
    while next.get() < n {
        let i = next.replace(next.get() + 1);
        total += fetch(i).await;
    }
    total
}

pub fn gathered(n: usize) -> u64 {
    run((0..n).map(|i| Box::pin(fetch(i)) as Task).collect())
}

pub fn by_workers(n: usize) -> u64 {
    let next = Rc::new(Cell::new(0));
    let worker = |_| Box::pin(work(Rc::clone(&next), n)) as Task;
    run((0..10).map(worker).collect())
}
