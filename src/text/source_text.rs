//! The text of one file with its line table.
//!
//! Must not know YAML, nor paths.

use std::sync::{Arc, OnceLock};

use super::Span;

/// A place as people and editors count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: u32,
}

/// The immutable text of one file. Cloning is cheap: the text and its line table are shared.
#[derive(Clone, Debug)]
pub struct SourceText {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    text: Box<str>,
    /// Byte offset of the start of each line; filled on first use, because most files never need it.
    lines: OnceLock<Vec<u32>>,
}

impl SourceText {
    /// Takes over the text of a file.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self { inner: Arc::new(Inner { text: text.into(), lines: OnceLock::new() }) }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.inner.text
    }

    /// The text below a span; empty if the span does not fit this text.
    pub fn slice(&self, span: Span) -> &str {
        self.inner.text.get(span.range()).unwrap_or_default()
    }

    /// The position of a byte offset; offsets past the end give the position of the end.
    pub fn position(&self, offset: u32) -> Position {
        let offset = (offset as usize).min(self.inner.text.len());
        let line = self.line_index(offset);
        let start = self.line_starts().get(line).map_or(0, |&start| start as usize);
        // Editors show no column for a byte order mark.
        let mark = if line == 0 && self.inner.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let start = (start + mark).min(offset);
        let column = self.inner.text.as_bytes()[start..offset].iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        Position { line: count(line), column: count(column) }
    }

    /// The line (from 1) of a byte offset, for those who need no column: finding that takes time in long lines.
    pub fn line_at(&self, offset: usize) -> u32 {
        count(self.line_index(offset.min(self.inner.text.len())))
    }

    fn line_index(&self, offset: usize) -> usize {
        self.line_starts().partition_point(|&start| start as usize <= offset).max(1) - 1
    }

    /// The number of lines; a text without a final newline ends in a line like any other.
    pub fn line_count(&self) -> usize {
        self.line_starts().len()
    }

    /// The span of a line (from 1) without its line break, or `None` beyond the last line.
    pub fn line_span(&self, line: u32) -> Option<Span> {
        let lines = self.line_starts();
        let index = (line as usize).checked_sub(1)?;
        let start = *lines.get(index)? as usize;
        let end = lines.get(index + 1).map_or(self.inner.text.len(), |&next| next as usize);
        let text = self.inner.text.get(start..end)?;
        Some(Span::new(start, start + text.trim_end_matches(['\n', '\r']).len()))
    }

    fn line_starts(&self) -> &[u32] {
        self.inner.lines.get_or_init(|| {
            let breaks = self.inner.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            let mut lines = vec![0];
            lines.extend(breaks.filter_map(|(offset, _)| u32::try_from(offset + 1).ok()));
            if lines.len() > 1 && lines.last().is_some_and(|&last| last as usize == self.inner.text.len()) {
                lines.pop();
            }
            lines
        })
    }
}

fn count(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX - 1) + 1
}

impl PartialEq for SourceText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for SourceText {}
