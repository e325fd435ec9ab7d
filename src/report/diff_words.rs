//! Words and lines that all formats of a diff share.
//!
//! Must not know any particular format.

use crate::diff::{Counts, Danger, Diff, FieldChange, Finding, Line, ObjectChange, Sign, Status};

/// The sign of what comes, goes or changes.
pub(super) fn sign(status: Status) -> &'static str {
    match status {
        Status::Added => "+",
        Status::Removed => "-",
        Status::Changed => "~",
    }
}

/// A line of a text as in a patch.
pub(super) fn patch_line(line: &Line) -> String {
    match line.sign {
        Sign::Same => format!("  {}", line.text),
        Sign::Removed => format!("- {}", line.text),
        Sign::Added => format!("+ {}", line.text),
        Sign::Gap => "  ⋮".to_owned(),
    }
}

/// What of a field goes and comes, as the lines of a patch.
pub(super) fn patch_lines(field: &FieldChange) -> Vec<String> {
    if !field.lines.is_empty() {
        return field.lines.iter().map(patch_line).collect();
    }
    let signed = |sign: &str, text: &Option<String>| -> Vec<String> {
        text.iter().flat_map(|text| text.lines()).map(|line| format!("{sign} {line}")).collect()
    };
    let mut lines = signed("-", &field.before);
    lines.extend(signed("+", &field.after));
    lines
}

/// What is worth saying about an object beside its name.
pub(super) fn notes(object: &ObjectChange) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(was) = &object.was {
        notes.push(format!("was {was}"));
    }
    if let Some(unit) = &object.moved_from {
        notes.push(format!("moved from {unit}"));
    }
    if object.only_values {
        notes.push("only its composed values change".to_owned());
    }
    notes
}

/// How much is folded away in an object; `None` if nothing is.
pub(super) fn folded(object: &ObjectChange) -> Option<String> {
    (object.folded > 0).then(|| format!("{} folded away", counted(object.folded, "change")))
}

/// `1 object`, `2 objects`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The whole change in one line.
pub(super) fn summary(diff: &Diff) -> String {
    let named: Vec<String> = diff
        .clusters
        .iter()
        .map(|cluster| format!("{} in {}", counts(cluster.counts()), cluster.name.as_deref().unwrap_or("no cluster")))
        .collect();
    if named.is_empty() { "no object changes".to_owned() } else { named.join("; ") }
}

/// `1 added, 2 changed`.
pub(super) fn counts(counts: Counts) -> String {
    let parts = [(counts.added, "added"), (counts.changed, "changed"), (counts.removed, "removed")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    if parts.is_empty() { "only units".to_owned() } else { parts.join(", ") }
}

/// What the filters folded away; `None` if nothing.
pub(super) fn all_folded(diff: &Diff) -> Option<String> {
    let total: usize = diff.folded.values().sum();
    let named: Vec<String> = diff.folded.iter().map(|(name, count)| format!("{name} {count}")).collect();
    (total > 0).then(|| format!("{} folded away ({})", counted(total, "change"), named.join(", ")))
}

/// A finding in one line.
pub(super) fn finding(finding: &Finding) -> String {
    format!("{}[{}]: {}", finding.level.as_str(), finding.rule, finding.message)
}

/// Whether the next danger is of another kind, so that this is the place to say why both matter.
pub(super) fn is_last_of_its_kind(dangers: &[Danger], number: usize) -> bool {
    let id = |number: usize| dangers.get(number).map(|danger| danger.id.as_str());
    id(number) != id(number + 1)
}
