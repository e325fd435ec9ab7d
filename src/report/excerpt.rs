//! The few lines of a file that a frame shows.
//!
//! However long the file and its lines are: only the lines around labels are looked at, and of a long line only what is near a label. Must not know findings.

use std::ops::Range;

use crate::{
    manifest::redact,
    text::{Position, SourceText, Span, visible_in_place},
};

/// A line with more bytes is shown in part.
const LONG_LINE: usize = 500;
/// As many bytes of a long line stand on both sides of a label.
const MARGIN: usize = 30;
/// As many bytes of a label are underlined in a long line.
const LONG_LABEL: usize = 160;
/// As many lines are underlined, and as many are shown between two labels.
const MANY_LINES: u32 = 40;

/// Parts of a file, one behind the other.
#[derive(Debug)]
pub(super) struct Excerpt {
    /// What stands above the frame.
    pub name: String,
    windows: Vec<Window>,
}

#[derive(Debug)]
struct Window {
    /// The bytes of the file.
    range: Range<usize>,
    /// The place of the first byte.
    place: Position,
    /// What is shown, without secrets.
    shown: redact::Masked,
    /// The place of the window in the excerpt.
    start: usize,
}

impl Excerpt {
    /// Cuts what is around the labels out of a text. `secrets` are the spans that are not shown, sorted.
    pub fn new(name: String, text: &SourceText, labels: &[Span], secrets: &[Span]) -> Self {
        let mut ranges: Vec<Range<usize>> = labels.iter().map(|label| around(text, clipped(text, *label))).collect();
        ranges.sort_by_key(|range| range.start);
        let mut joined: Vec<Range<usize>> = Vec::new();
        for range in ranges {
            match joined.last_mut().filter(|last| are_near(text, last, &range)) {
                Some(last) => last.end = last.end.max(range.end),
                None => joined.push(range),
            }
        }
        let mut start = 0;
        let windows = joined.into_iter().map(|range| {
            let window = Window::new(text, range, secrets, start);
            start += window.shown.text.len() + 1;
            window
        });
        Self { name, windows: windows.collect() }
    }

    /// Where a span of the file lies in the excerpt.
    pub fn locate(&self, text: &SourceText, label: Span) -> Range<usize> {
        let label = clipped(text, label);
        let window = self.windows.iter().find(|window| window.range.end >= label.end as usize);
        let Some(window) = window else { return 0..0 };
        let (start, end) = (window.offset(text, label.start as usize), window.offset(text, label.end as usize));
        start..end.max(start)
    }
}

/// A part of an excerpt, for drawing.
pub(super) struct Part<'a> {
    /// What is drawn.
    pub shown: &'a str,
    /// Where it begins in the excerpt.
    pub start: usize,
    /// The line of the file that it begins in, from 0.
    pub line: usize,
}

impl Excerpt {
    /// The part that holds bytes of the excerpt.
    pub fn part(&self, bytes: &Range<usize>) -> Option<Part<'_>> {
        let window = self.windows.iter().find(|window| window.holds(bytes))?;
        let line = window.place.line.saturating_sub(1) as usize;
        Some(Part { shown: &window.shown.text, start: window.start, line })
    }

    /// Line and column in the file, from 0, of an offset of the excerpt.
    pub fn place(&self, offset: usize) -> Option<(usize, usize)> {
        let window = self.windows.iter().find(|window| window.holds(&(offset..offset)))?;
        let before = window.shown.text.get(..offset - window.start)?;
        let lines = before.bytes().filter(|&byte| byte == b'\n').count();
        let last = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let first = if lines == 0 { window.place.column.saturating_sub(1) as usize } else { 0 };
        Some((window.place.line.saturating_sub(1) as usize + lines, first + last))
    }
}

impl Window {
    fn new(text: &SourceText, range: Range<usize>, secrets: &[Span], start: usize) -> Self {
        let part = text.as_str().get(range.clone()).unwrap_or_default();
        let first = secrets.partition_point(|span| (span.end as usize) <= range.start);
        let near = secrets[first..].iter().take_while(|span| (span.start as usize) < range.end);
        let inside = |at: u32| (at as usize).clamp(range.start, range.end) - range.start;
        let hidden: Vec<Span> = near.map(|span| Span::new(inside(span.start), inside(span.end))).collect();
        let shown = redact::mask(&visible_in_place(part), &hidden);
        Self { place: text.position(Span::at(range.start).start), range, shown, start }
    }

    fn offset(&self, text: &SourceText, offset: usize) -> usize {
        let part = text.as_str().get(self.range.clone()).unwrap_or_default();
        let inside = offset.clamp(self.range.start, self.range.end) - self.range.start;
        self.start + self.shown.offset(part, inside)
    }

    fn holds(&self, bytes: &Range<usize>) -> bool {
        self.start <= bytes.start && bytes.end <= self.start + self.shown.text.len()
    }
}

/// What of a label is underlined.
fn clipped(text: &SourceText, label: Span) -> Span {
    let label = Span::new(floor(text, label.start as usize), floor(text, label.end as usize));
    let lines = text.line_at(label.end as usize) - text.line_at(label.start as usize);
    let (first, last) = (line_of(text, label.start as usize), line_of(text, label.end as usize));
    if lines <= MANY_LINES && first.len() <= LONG_LINE && last.len() <= LONG_LINE {
        return label;
    }
    let end = (label.end as usize).min(first.end).min(label.start as usize + LONG_LABEL);
    Span::new(label.start as usize, floor(text, end))
}

/// The lines of a label and one on each side; of long lines only what is near.
fn around(text: &SourceText, label: Span) -> Range<usize> {
    let (first, last) = (line_of(text, label.start as usize), line_of(text, label.end as usize));
    let start = if first.len() > LONG_LINE {
        floor(text, first.start.max((label.start as usize).saturating_sub(MARGIN)))
    } else {
        let before = line_of(text, first.start.saturating_sub(1));
        if before.len() > LONG_LINE { first.start } else { before.start }
    };
    let end = if last.len() > LONG_LINE {
        floor(text, last.end.min(label.end as usize + MARGIN))
    } else {
        let after = line_of(text, (last.end + 1).min(text.as_str().len()));
        if after.len() > LONG_LINE { last.end } else { after.end }
    };
    start..end.max(start)
}

/// Whether what lies between two ranges is shown, too.
fn are_near(text: &SourceText, first: &Range<usize>, second: &Range<usize>) -> bool {
    if second.start <= first.end {
        return true;
    }
    let between = text.as_str().get(first.end..second.start).unwrap_or_default();
    between.len() <= LONG_LINE * MANY_LINES as usize
        && between.lines().count() <= MANY_LINES as usize
        && between.lines().all(|line| line.len() <= LONG_LINE)
        && line_of(text, first.end).end == first.end
        && line_of(text, second.start).start == second.start
}

/// The line around an offset, without its break.
fn line_of(text: &SourceText, offset: usize) -> Range<usize> {
    text.line_span(text.line_at(offset)).map_or(offset..offset, Span::range)
}

/// The character boundary at or before an offset.
fn floor(text: &SourceText, offset: usize) -> usize {
    text.as_str().floor_char_boundary(offset)
}
