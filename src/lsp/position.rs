//! Places as editors count them: lines from 0, and columns in units of UTF-16 or bytes.
//!
//! Must not know documents.

use lsp_types::{Position, PositionEncodingKind, Range};

use crate::text::{SourceText, Span};

const MARK: char = '\u{feff}';

/// What a column counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, of which a character outside of the basic plane has two. What holds if nothing is agreed.
    #[default]
    Utf16,
}

impl Encoding {
    /// UTF-8 where the editor offers it, because that is what we count in; else UTF-16, which every editor must know.
    pub fn choose(offered: Option<&[PositionEncodingKind]>) -> Self {
        let has_utf8 = offered.is_some_and(|kinds| kinds.contains(&PositionEncodingKind::UTF8));
        if has_utf8 { Self::Utf8 } else { Self::Utf16 }
    }

    /// The name in the protocol.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn units(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }

    /// The place of a byte offset; what lies past the end counts as the end, the inside of a character as its start.
    pub fn position(self, text: &SourceText, offset: u32) -> Position {
        let all = text.as_str();
        let offset = all.floor_char_boundary(offset as usize);
        if offset == all.len() && all.ends_with('\n') {
            // The empty line behind a final line break is a line to editors.
            return Position::new(count(text.line_count()), 0);
        }
        let line = text.line_at(offset);
        let start = start_of_line(text, line).unwrap_or(offset).min(offset);
        Position::new(line.saturating_sub(1), count(self.units(all.get(start..offset).unwrap_or_default())))
    }

    /// The places of a span's ends.
    pub fn range(self, text: &SourceText, span: Span) -> Range {
        Range::new(self.position(text, span.start), self.position(text, span.end))
    }

    /// The byte offset of a place. Columns behind the end of a line are its end, lines behind the last one the end of the text, as the protocol says.
    pub fn offset(self, text: &SourceText, position: Position) -> u32 {
        let end = count(text.as_str().len());
        let line = position.line.saturating_add(1);
        let (Some(start), Some(span)) = (start_of_line(text, line), text.line_span(line)) else { return end };
        let content = text.as_str().get(start..span.end as usize).unwrap_or_default();
        let mut left = position.character as usize;
        for (at, character) in content.char_indices() {
            let width = self.units(character.encode_utf8(&mut [0; 4]));
            if left < width {
                return count(start + at);
            }
            left -= width;
        }
        span.end
    }

    /// The span between two places.
    pub fn span(self, text: &SourceText, range: Range) -> Span {
        let (start, end) = (self.offset(text, range.start), self.offset(text, range.end));
        Span { start, end: end.max(start) }
    }
}

/// Where the columns of a line (from 1) begin: editors do not show a byte order mark.
fn start_of_line(text: &SourceText, line: u32) -> Option<usize> {
    let start = text.line_span(line)?.start as usize;
    let mark = if start == 0 && text.as_str().starts_with(MARK) { MARK.len_utf8() } else { 0 };
    Some(start + mark)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
