//! Findings and results as text.
//!
//! Owns the formats, one file each. Must not print, and must not know rules.

mod concise;
mod excerpt;
mod graph_dot;
mod graph_drawing;
mod graph_html;
mod graph_json;
mod graph_mermaid;
mod graph_text;
mod patch;
mod redact;
mod text;

pub use concise::concise;
pub use graph_dot::graph_dot;
pub use graph_html::{PageOptions, graph_html};
pub use graph_json::graph_json;
pub use graph_mermaid::graph_mermaid;
pub use graph_text::{Depth, graph_text};
pub use patch::patch;
pub use text::{TextOptions, text};

use crate::{path::RepoPath, text::SourceText};

/// Gives the text of a file, for the lines around a finding.
pub type Texts<'t> = dyn Fn(&RepoPath) -> Option<SourceText> + 't;
