//! Parameters and answers: what is asked, what was answered, and what follows from it.
//!
//! Owns defaults, conditions, validation and the places of faults. Asking on a terminal is the command line's work; a [`Question`] is all it needs. Must
//! not know what the answers are used for.

mod answers;
mod asked;
mod clusters;
mod fill;
mod question;
mod resolve;
mod scope;

pub(in crate::blueprint) use crate::blueprint::manifest::parameters::RESERVED;
pub use answers::Answers;
pub use asked::asked;
pub use clusters::CLUSTERS;
pub(in crate::blueprint) use clusters::lay_over;
pub use question::{Question, QuestionKind};
pub use resolve::{Doubt, Facts, Resolved, doubts, questions, resolve};
pub(in crate::blueprint) use resolve::{fault_in_text, jailed};
pub use scope::Scope;
