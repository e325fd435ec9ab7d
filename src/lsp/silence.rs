//! Comments that silence a finding, put where they count.
//!
//! A comment inside of a block scalar would be text, and one above all content would silence the whole file: each is tried on a copy and kept only if it says what was
//! meant. Must not know the protocol.

use crate::{
    change::{self, TextEdit},
    text::{SourceText, Span},
    yaml::{Document, Node, Stream},
};

/// The edit that silences a rule on the line of a byte offset: a line of its own above, or a comment behind the line. `None` if neither is possible.
pub(super) fn line(text: &SourceText, offset: u32, rule: &str) -> Option<TextEdit> {
    let stream = Stream::parse(text.clone()).ok()?;
    let content = first_content(&stream)?;
    let line = text.line_at(offset as usize);
    let first = text.line_at(content as usize);
    let span = text.line_span(line)?;
    let written = text.slice(span);
    if line < first || written.trim_start().starts_with('#') {
        return None;
    }
    let ending = ending(text);
    let indentation: String = written.chars().take_while(|character| *character == ' ').collect();
    let above = TextEdit::new(Span::at(span.start as usize), format!("{indentation}{}{ending}", comment(rule)));
    let behind = TextEdit::new(Span::at(span.end as usize), format!(" {}", comment(rule)));
    let above = Some(above).filter(|edit| line > first && is_comment(text, &stream, edit, rule));
    above.or_else(|| Some(behind).filter(|edit| !has_comment(&stream, span) && is_comment(text, &stream, edit, rule)))
}

/// The edit that silences a rule in the whole file: a comment above everything.
pub(super) fn file(text: &SourceText, rule: &str) -> TextEdit {
    let mark = if text.as_str().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    TextEdit::new(Span::at(mark), format!("{}{}", comment(rule), ending(text)))
}

fn comment(rule: &str) -> String {
    format!("# treewright: ignore[{rule}]")
}

fn ending(text: &SourceText) -> &'static str {
    if text.as_str().contains("\r\n") { "\r\n" } else { "\n" }
}

fn first_content(stream: &Stream) -> Option<u32> {
    stream.documents().map(Document::root).find(|root| !root.is_absent()).map(|root| root.outer_span().start)
}

fn has_comment(stream: &Stream, line: Span) -> bool {
    stream.comments().iter().any(|comment| line.start <= comment.start && comment.start <= line.end)
}

/// Whether an edit brings one comment, and changes nothing else.
fn is_comment(text: &SourceText, before: &Stream, edit: &TextEdit, rule: &str) -> bool {
    let Ok(after) = Stream::parse(SourceText::new(change::apply(text.as_str(), std::slice::from_ref(edit)))) else {
        return false;
    };
    let wanted = comment(rule);
    let (old, new) = (before.comments().len(), after.comments());
    let same = before.nodes().map(Node::text).eq(after.nodes().map(Node::text));
    same && new.len() == old + 1 && new.iter().any(|&one| after.text().slice(one) == wanted)
}
