//! An option of a question, judged by the records.

/// An option as it is shown, and what is said of it with the answer.
pub(super) struct Judged {
    pub(super) shown: String,
    pub(super) is_right: bool,
    pub(super) says: String,
}
