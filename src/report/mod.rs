//! Findings and results as text.
//!
//! Owns the formats, one file each. Must not print, and must not know rules.

mod concise;
mod diff_alike;
mod diff_html;
mod diff_json;
mod diff_markdown;
mod diff_text;
mod diff_words;
mod excerpt;
mod github;
mod gitlab;
mod graph_dot;
mod graph_drawing;
mod graph_html;
mod graph_json;
mod graph_mermaid;
mod graph_text;
mod json;
mod junit;
mod located;
mod markdown;
mod patch;
mod sarif;
mod text;
mod trace;
mod trace_json;
mod update;
mod vault_policy;

pub use concise::concise;
pub use diff_html::diff_html;
pub use diff_json::{DIFF_SCHEMA, LONGEST_DIFF, diff_json, read_diff};
pub use diff_markdown::{CommentOptions, diff_markdown};
pub use diff_text::{DiffTextOptions, diff_text};
pub use github::github;
pub use gitlab::gitlab;
pub use graph_dot::graph_dot;
pub use graph_html::{PageOptions, graph_html};
pub use graph_json::graph_json;
pub use graph_mermaid::graph_mermaid;
pub use graph_text::{Depth, graph_text};
pub use json::{json, json_lines};
pub use junit::junit;
pub use markdown::markdown;
pub use patch::patch;
pub use sarif::sarif;
pub use text::{TextOptions, text};
pub use trace::{Places, Ways, trace};
pub use trace_json::trace_json;
pub use update::{conflict_text, range, state_json, state_text, update_json, update_text};
pub use vault_policy::vault_policies;

use crate::{diagnostic::Diagnostic, lint::Suppressed, path::RepoPath, text::SourceText};

/// Gives the text of a file, for the lines around a finding.
pub type Texts<'t> = dyn Fn(&RepoPath) -> Option<SourceText> + 't;

/// What a run of the linter found, for the formats that machines read.
pub struct Findings<'f> {
    /// The findings that are shown, in order.
    pub shown: &'f [Diagnostic],
    /// Those that comments silence.
    pub suppressed: &'f [Suppressed],
    /// How many files were read.
    pub files: usize,
    /// The texts of files.
    pub texts: &'f Texts<'f>,
}
