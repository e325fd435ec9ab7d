//! Planned changes as a patch for people to read, secrets masked.
//!
//! Must not know what the changes are for.

use similar::TextDiff;

use crate::{
    manifest::redact::{mask, secrets},
    source::Plan,
};

/// Writes a unified diff of all changes. Values that look like secrets show as `•`, so a patch of lines around them does not apply.
pub fn patch(plan: &Plan) -> String {
    let mut out = String::new();
    for planned in plan.files() {
        let text = |content: &Option<Vec<u8>>| {
            let text = String::from_utf8_lossy(content.as_deref().unwrap_or_default());
            mask(&text, &secrets(&text)).text
        };
        let name = |side: &str, content: &Option<Vec<u8>>| match content {
            Some(_) => format!("{side}/{}", planned.path),
            None => "/dev/null".to_owned(),
        };
        let (before, after) = (text(&planned.before), text(&planned.after));
        let (old, new) = (name("a", &planned.before), name("b", &planned.after));
        out.push_str(&TextDiff::from_lines(&before, &after).unified_diff().header(&old, &new).to_string());
    }
    out
}
