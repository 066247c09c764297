//! What the account of a call does not hold.

use heapbook_protocol::Unseen;

use crate::{children, mapped};

/// How things stood when a call began.
#[derive(Clone, Copy)]
pub(crate) struct Entry {
    mapped: mapped::Entry,
    children: children::Entry,
}

impl Entry {
    /// A call begins. Allocates nothing.
    pub(crate) fn begin() -> Entry {
        Entry {
            children: children::Entry::begin(),
            mapped: mapped::Entry::begin(),
        }
    }

    /// The call has ended; `None` where its account holds all. Allocates nothing.
    pub(crate) fn end(self) -> Option<Unseen> {
        let mut unseen = Unseen::default();
        self.mapped.end(&mut unseen);
        self.children.end(&mut unseen);
        unseen.is_memory().then_some(unseen)
    }
}
