//! Planned changes as a patch that `git apply` understands.
//!
//! Must not know what the changes are for.

use similar::TextDiff;

use crate::source::Plan;

/// Writes a unified diff of all changes.
pub fn patch(plan: &Plan) -> String {
    let mut out = String::new();
    for planned in plan.files() {
        let text =
            |content: &Option<Vec<u8>>| String::from_utf8_lossy(content.as_deref().unwrap_or_default()).into_owned();
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
