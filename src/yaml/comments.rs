//! Which comments belong to which line.
//!
//! Must not know what a comment says; suppressions are read by the linter.

use super::node::{Node, Stream};
use crate::text::Span;

impl Stream {
    /// The comment behind content on the same line as `offset`, if there is one.
    pub fn trailing_comment(&self, offset: u32) -> Option<Span> {
        let line = self.text.position(offset).line;
        let span = self.text.line_span(line)?;
        let first = self.comments.partition_point(|comment| comment.start < span.start);
        let comment = *self.comments.get(first)?;
        (comment.start <= span.end && !self.stands_alone(comment)).then_some(comment)
    }

    /// The comments that stand alone on the lines directly above the line of `offset`, in order; a blank line ends them.
    pub fn leading_comments(&self, offset: u32) -> &[Span] {
        let mut line = self.text.position(offset).line;
        let until = self.text.line_span(line).map_or(0, |span| span.start);
        let last = self.comments.partition_point(|comment| comment.start < until);
        let mut first = last;
        while let Some(comment) = first.checked_sub(1).and_then(|before| self.comments.get(before)) {
            if self.text.position(comment.start).line + 1 != line || !self.stands_alone(*comment) {
                break;
            }
            line -= 1;
            first -= 1;
        }
        &self.comments[first..last]
    }

    /// Whether nothing but blanks stands before a comment on its line.
    pub fn stands_alone(&self, comment: Span) -> bool {
        let line = self.text.position(comment.start).line;
        let start = self.text.line_span(line).map_or(comment.start, |span| span.start);
        self.text.slice(Span { start, end: comment.start }).trim().is_empty()
    }

    /// The text of a comment without `#` and outer blanks.
    pub fn comment_text(&self, comment: Span) -> &str {
        self.text.slice(comment).trim_start_matches('#').trim()
    }
}

impl<'s> Node<'s> {
    /// The comment behind the first line of this node.
    pub fn trailing_comment(self) -> Option<Span> {
        self.stream().trailing_comment(self.span().start)
    }

    /// The comments directly above the first line of this node.
    pub fn leading_comments(self) -> &'s [Span] {
        self.stream().leading_comments(self.span().start)
    }
}
