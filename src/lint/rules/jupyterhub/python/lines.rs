//! Indentation: which lines belong to which block.
//!
//! Must not know what stands in a line, but for its last character.

use super::Fault;

/// What is known of the lines so far.
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The indentations of the blocks that are open, outermost first; the first is that of the code.
    blocks: Vec<usize>,
    /// The last character of the line that means anything, if no bracket is open there.
    last: Option<char>,
    /// Whether a line has ended with a colon, so that a block must follow.
    wants_block: bool,
}

impl Lines {
    /// Takes a character that is no blank and stands in no comment or string.
    pub(super) fn see(&mut self, c: char, is_outermost: bool) {
        self.last = is_outermost.then_some(c);
    }

    /// Ends a line.
    pub(super) fn end(&mut self) {
        self.wants_block |= self.last.take() == Some(':');
    }

    /// Begins a line whose content stands at an offset.
    pub(super) fn begin(&mut self, indentation: usize, at: usize) -> Option<Fault> {
        let current = self.blocks.last().copied();
        let wants_block = std::mem::take(&mut self.wants_block);
        match current {
            None if indentation > 0 => Some(Fault { at, message: "the first line must not be indented" }),
            None => {
                self.blocks.push(0);
                None
            }
            Some(current) if wants_block && indentation <= current => {
                Some(Fault { at, message: "an indented block must stand here, after the colon above" })
            }
            Some(_) if wants_block => {
                self.blocks.push(indentation);
                None
            }
            Some(current) if indentation > current => {
                Some(Fault { at, message: "this line is indented further than the block it belongs to" })
            }
            Some(_) => {
                while self.blocks.last().is_some_and(|&block| block > indentation) {
                    self.blocks.pop();
                }
                let fits = self.blocks.last() == Some(&indentation);
                (!fits).then_some(Fault { at, message: "this line is indented like no line above it" })
            }
        }
    }

    /// Ends the code at an offset.
    pub(super) fn finish(&mut self, at: usize) -> Option<Fault> {
        self.end();
        self.wants_block.then_some(Fault { at, message: "an indented block must stand here, after the colon above" })
    }
}
