//! Texts inside of a file, such as a patch in a block scalar, and where their bytes stand in that file.
//!
//! Must not know what the texts say.

use crate::{
    text::Span,
    yaml::{Node, Style},
};

/// Maps offsets of a text to offsets in the file that holds it.
#[derive(Clone, Debug)]
pub struct Translation {
    /// Start of each line, in the text and in the file; a single entry where the text is not laid out line by line.
    lines: Vec<(u32, u32)>,
    /// The whole scalar in the file.
    span: Span,
    exact: bool,
}

impl Translation {
    /// For the text of a scalar. Literal blocks are mapped exactly; in all others every byte stands where the scalar does.
    pub(super) fn of(node: Node<'_>) -> Self {
        let node = node.follow();
        let span = node.span();
        let text = node.text().unwrap_or_default();
        if node.style() != Some(Style::Literal) {
            return Self::to(span);
        }
        let source = node.stream().text().as_str();
        // The lines of the text stand below the header, one by one, each behind the same indentation.
        let mut file_line = source.get(span.start as usize..).and_then(|rest| rest.find('\n')).unwrap_or_default();
        file_line += span.start as usize + 1;
        let mut lines = Vec::new();
        let mut text_line = 0;
        for line in text.split_inclusive('\n') {
            let rest = source.get(file_line..).unwrap_or_default();
            let length = rest.find('\n').map_or(rest.len(), |at| at + 1);
            let content = line.trim_end_matches(['\n', '\r']);
            let indent = rest.get(..length).and_then(|rest| rest.find(content)).unwrap_or_default();
            lines.push((to_u32(text_line), to_u32(file_line + indent)));
            text_line += line.len();
            file_line += length;
        }
        Self { lines, span, exact: true }
    }

    /// For a text that stands nowhere as it is: all its bytes are said to stand at one place.
    pub(super) fn to(span: Span) -> Self {
        Self { lines: vec![(0, span.start)], span, exact: false }
    }

    /// Where a byte of the text stands in the file.
    pub fn offset(&self, offset: u32) -> u32 {
        let line = self.lines.partition_point(|&(start, _)| start <= offset).saturating_sub(1);
        match self.lines.get(line) {
            Some(&(start, place)) if self.exact => place + (offset - start),
            _ => self.span.start,
        }
    }

    /// Where bytes of the text stand in the file.
    pub fn span(&self, span: Span) -> Span {
        if !self.exact {
            return self.span;
        }
        let start = self.offset(span.start);
        Span::new(start as usize, self.offset(span.end).max(start) as usize)
    }
}

fn to_u32(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
