//! What kustomize makes of folded scalars (`>`).
//!
//! kustomize writes each object once, styles kept, and reads it again before it prints it. Its YAML writer does not write folded scalars so that they
//! read back the same: it decides by the first character of the whole text, not of the line that follows, whether a line break needs a blank line. So a blank
//! line appears before lines that are indented deeper, and breaks vanish from texts that begin with a blank. This module goes the same way. Must not know
//! objects beyond where their annotations are, which are spared.

use std::collections::HashSet;

use crate::yaml::{Content, Scalar, Stream, Style, Type, Value};

/// The offsets at which folded scalars stand; empty for nearly all files.
pub(super) fn offsets(stream: &Stream) -> HashSet<u32> {
    let mut found = HashSet::new();
    if !stream.text().as_str().contains('>') {
        return found;
    }
    let mut nodes: Vec<_> = stream.documents().map(crate::yaml::Document::root).collect();
    while let Some(node) = nodes.pop() {
        if node.is_alias() {
            continue;
        }
        if node.style() == Some(Style::Folded) {
            found.insert(node.span().start);
        }
        nodes.extend(node.entries().map(|entry| entry.value));
        nodes.extend(node.items());
    }
    found
}

/// Rewrites the folded scalars of an object; `offsets` names them.
pub(super) fn rewrite(object: &mut Value, offsets: &HashSet<u32>) {
    if offsets.is_empty() {
        return;
    }
    let Some(mapping) = object.as_mapping_mut() else { return };
    for (key, value) in mapping {
        match value.as_mapping_mut() {
            Some(metadata) if key == "metadata" => {
                let fields = metadata.iter_mut().filter(|(key, _)| *key != "annotations");
                fields.for_each(|(_, value)| rewrite_value(value, offsets));
            }
            _ => rewrite_value(value, offsets),
        }
    }
}

fn rewrite_value(value: &mut Value, offsets: &HashSet<u32>) {
    match &mut value.content {
        Content::Scalar(scalar) => {
            if scalar.kind == Type::String && offsets.contains(&value.origin.offset) {
                rewrite_scalar(scalar);
            }
        }
        Content::Sequence(items) => items.iter_mut().for_each(|item| rewrite_value(item, offsets)),
        Content::Mapping(mapping) => mapping.values_mut().for_each(|value| rewrite_value(value, offsets)),
    }
}

fn rewrite_scalar(scalar: &mut Scalar) {
    let text = scalar.text.as_str();
    // Without a break inside, or where the writer falls back to double quotes, the text survives.
    let has_break = text.ends_with("\n\n") || text.trim_matches('\n').contains('\n');
    if has_break && !text.trim_matches('\n').is_empty() && can_be_block(text) {
        let changed = read(&write(text), text);
        scalar.text = changed.into();
    }
}

/// Whether go-yaml writes the text as a block: no blank stands before a break or at the end, and no character needs an escape.
fn can_be_block(text: &str) -> bool {
    let escaped = |letter: char| match letter {
        '\n' | '\t' | '\u{85}' => false,
        '\u{feff}' => true,
        letter => letter.is_control(),
    };
    !text.contains(" \n") && !text.ends_with(' ') && !text.contains(escaped)
}

/// Writes the lines below the header as go-yaml does, without their indentation.
fn write(text: &str) -> String {
    let begins_blank = text.trim_start_matches('\n').starts_with([' ', '\t']);
    let mut out = String::with_capacity(text.len() + 8);
    let (mut breaks, mut deeper) = (true, true);
    for letter in text.chars() {
        if letter == '\n' {
            if !breaks && !deeper && !begins_blank {
                out.push('\n');
            }
            out.push('\n');
            breaks = true;
        } else {
            if breaks {
                deeper = matches!(letter, ' ' | '\t');
            }
            out.push(letter);
            breaks = false;
        }
    }
    out
}

/// Reads the lines of a folded scalar; `text` says what the header says about the breaks at the end.
fn read(lines: &str, text: &str) -> String {
    let mut folded = String::with_capacity(lines.len());
    let (mut after_line, mut blank_lines, mut was_deeper) = (false, 0, false);
    for line in lines.trim_end_matches('\n').split('\n') {
        if line.is_empty() {
            blank_lines += 1;
            continue;
        }
        let is_deeper = line.starts_with([' ', '\t']);
        if after_line && (was_deeper || is_deeper) {
            folded.push('\n');
        } else if after_line && blank_lines == 0 {
            folded.push(' ');
        }
        folded.extend(std::iter::repeat_n('\n', blank_lines));
        folded.push_str(line);
        (after_line, blank_lines, was_deeper) = (true, 0, is_deeper);
    }
    let written = lines.len() - lines.trim_end_matches('\n').len();
    let kept = match text.len() - text.trim_end_matches('\n').len() {
        breaks @ 0..=1 => breaks,
        _ => written,
    };
    folded.extend(std::iter::repeat_n('\n', kept));
    folded
}
