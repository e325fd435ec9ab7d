//! Splices: what an edit does to bytes, and how several edits in a row become splices of the first text.
//!
//! Must not know YAML.

use crate::text::Span;

/// Replaces the bytes of one span.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Splice {
    /// What is replaced; an empty span inserts.
    pub span: Span,
    /// What takes its place.
    pub replacement: String,
}

impl Splice {
    /// Makes a splice from two byte offsets.
    pub(super) fn new(start: usize, end: usize, replacement: impl Into<String>) -> Self {
        Self { span: Span::new(start, end), replacement: replacement.into() }
    }

    /// Makes a splice that inserts.
    pub(super) fn insert(offset: usize, text: impl Into<String>) -> Self {
        Self::new(offset, offset, text)
    }

    /// How many bytes longer the text becomes.
    fn growth(&self) -> isize {
        self.replacement.len().cast_signed() - self.span.len().cast_signed()
    }
}

/// Applies splices that are sorted and do not overlap. `None` if they do not fit the text.
pub(super) fn apply(text: &str, splices: &[Splice]) -> Option<String> {
    let mut result = String::with_capacity(text.len());
    let mut done = 0;
    for splice in splices {
        result.push_str(text.get(done..splice.span.start as usize)?);
        result.push_str(&splice.replacement);
        done = splice.span.end as usize;
    }
    result.push_str(text.get(done..)?);
    Some(result)
}

/// The splices that lead from an original text to a current one.
#[derive(Clone, Debug, Default)]
pub(super) struct Composition {
    /// Against the original, sorted, apart from each other.
    splices: Vec<Splice>,
}

impl Composition {
    /// Takes in one splice of the text that the splices so far made.
    pub fn push(&mut self, text: &str, splice: &Splice) {
        let (mut start, mut end) = (splice.span.start as usize, splice.span.end as usize);
        let place = |offset: u32, growth: isize| (offset as usize).saturating_add_signed(growth);
        let (mut first, mut before) = (0, 0);
        while let Some(left) = self.splices.get(first)
            && place(left.span.end, before + left.growth()) < start
        {
            before += left.growth();
            first += 1;
        }
        let (mut last, mut through) = (first, before);
        while let Some(touched) = self.splices.get(last)
            && place(touched.span.start, through) <= end
        {
            start = start.min(place(touched.span.start, through));
            through += touched.growth();
            end = end.max(place(touched.span.end, through));
            last += 1;
        }
        let head = text.get(start..splice.span.start as usize).unwrap_or_default();
        let tail = text.get(splice.span.end as usize..end).unwrap_or_default();
        let replacement = format!("{head}{}{tail}", splice.replacement);
        let original = Span::new(start.saturating_add_signed(-before), end.saturating_add_signed(-through));
        self.splices.splice(first..last, [Splice { span: original, replacement }]);
    }

    /// The splices, each cut down to what differs from the original.
    pub fn minimal(&self, original: &str) -> Vec<Splice> {
        self.splices.iter().map(|splice| trimmed(splice, original)).filter(|splice| !is_idle(splice)).collect()
    }
}

fn is_idle(splice: &Splice) -> bool {
    splice.span.is_empty() && splice.replacement.is_empty()
}

/// The splice without the characters that it would replace by themselves.
fn trimmed(splice: &Splice, original: &str) -> Splice {
    let old = original.get(splice.span.range()).unwrap_or_default();
    let new = splice.replacement.as_str();
    let prefix: usize = old.chars().zip(new.chars()).take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let (old, new) = (&old[prefix..], &new[prefix..]);
    let ends = old.chars().rev().zip(new.chars().rev());
    let suffix: usize = ends.take_while(|(a, b)| a == b).map(|(c, _)| c.len_utf8()).sum();
    let start = splice.span.start as usize + prefix;
    Splice::new(start, start + old.len() - suffix, &new[..new.len() - suffix])
}
