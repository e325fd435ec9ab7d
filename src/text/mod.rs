//! Byte spans, line and column positions, and the text of one file.
//!
//! Owns the arithmetic between bytes (how the program stores places) and lines and columns (how it says them).
//! Must not know what the text means, nor where it was read from.

mod calendar;
mod merge;
mod source_text;
mod suggest;
mod visible;

pub use calendar::{date_of, days_since_1970};
pub use merge::{Change, Hunk, MergedLines, merge_lines, three_way};
pub use source_text::{Position, SourceText};
pub use suggest::nearest;
pub use visible::{visible, visible_in_place, visible_lines};

use std::ops::Range;

/// A half-open range of bytes in one file. Files are limited to 4 GiB by this type; the sources refuse larger ones long before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: u32,
    /// Offset one past the last byte.
    pub end: u32,
}

impl Span {
    /// Makes a span from two byte offsets; offsets beyond `u32::MAX` saturate, and an end before the start becomes empty.
    pub fn new(start: usize, end: usize) -> Self {
        let start = u32::try_from(start).unwrap_or(u32::MAX);
        let end = u32::try_from(end).unwrap_or(u32::MAX);
        Self { start, end: end.max(start) }
    }

    /// Makes the empty span at one offset.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The number of bytes covered.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether no byte is covered.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The span as a range, for slicing. The caller must know that it lies within the text and on character boundaries.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `offset` lies in the span, its end included (so that an empty span contains its own place).
    pub fn touches(self, offset: usize) -> bool {
        self.start as usize <= offset && offset <= self.end as usize
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}
