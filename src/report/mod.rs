//! Findings and results as text.
//!
//! Owns the formats, one file each. Must not print, and must not know rules.

mod concise;
mod excerpt;
mod patch;
mod redact;
mod text;
mod trace;
mod trace_json;
mod vault_policy;

pub use concise::concise;
pub use patch::patch;
pub use text::{TextOptions, text};
pub use trace::{Places, trace};
pub use trace_json::trace_json;
pub use vault_policy::vault_policies;

use crate::{path::RepoPath, text::SourceText};

/// Gives the text of a file, for the lines around a finding.
pub type Texts<'t> = dyn Fn(&RepoPath) -> Option<SourceText> + 't;
