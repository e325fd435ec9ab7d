//! Conflicts: what both sides changed differently, as data and as comments in the text.
//!
//! Must not know how conflicts are found.

use super::{
    Favour,
    document::Merger,
    intended::Intended,
    unit::{Unit, shifted},
};
use crate::text::Span;

/// The text of one side at a conflict.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Excerpt {
    /// The text, as it would be written at the first column.
    pub text: String,
    /// Where it stands in the text of that side.
    pub span: Span,
}

/// What kind of changes cannot both be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ConflictKind {
    /// Both changed a value.
    Changed,
    /// Both added something in the same place.
    Added,
    /// We removed what they changed.
    RemovedByUs,
    /// They removed what we changed.
    RemovedByThem,
    /// Both changes are fine, but the text is too unusual to hold them.
    Unusual,
}

impl ConflictKind {
    /// One word for it, for programs.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Added => "added",
            Self::RemovedByUs => "removed-by-us",
            Self::RemovedByThem => "removed-by-them",
            Self::Unusual => "unusual",
        }
    }
}

/// A place that both sides changed differently.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conflict {
    /// The kind.
    pub kind: ConflictKind,
    /// The way to the place: keys, and for items what identifies them, such as `/spec/containers/name=hub/image`.
    pub path: String,
    /// What was; `None` if there was nothing.
    pub base: Option<Excerpt>,
    /// What we have.
    pub ours: Option<Excerpt>,
    /// What they have.
    pub theirs: Option<Excerpt>,
}

/// A unit of the result.
#[derive(Clone, Debug)]
pub(super) struct Piece<'s> {
    /// The key of an entry.
    pub key: Option<&'s str>,
    /// Whole lines above.
    pub lead: String,
    /// The text, and what it shall hold; `None` if only the lead stays.
    pub body: Option<(String, Intended<'s>)>,
}

impl<'s> Piece<'s> {
    /// A piece that only keeps lines of comments at a column.
    pub fn comments(key: Option<&'s str>, lines: &[String], column: usize) -> Self {
        Self { key, lead: super::unit::laid_out(lines, column), body: None }
    }
}

/// The three units of a place, as far as they are there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Triple<'u, 's> {
    pub base: Option<&'u Unit<'s>>,
    pub ours: Option<&'u Unit<'s>>,
    pub theirs: Option<&'u Unit<'s>>,
}

impl<'s> Merger<'_> {
    /// Notes a conflict over units, and says whether theirs is to be taken.
    pub fn note(&mut self, kind: ConflictKind, units: Triple<'_, 's>) -> bool {
        let excerpt = |unit: Option<&Unit<'_>>, side: usize| {
            let unit = unit?;
            let span = self.pinned.map_or_else(
                || Span::new(self.offsets[side] + unit.start, self.offsets[side] + unit.end),
                |pinned| pinned[side],
            );
            Some(Excerpt { text: unit.plain(), span })
        };
        let conflict = Conflict {
            kind,
            path: self.path.iter().map(|step| format!("/{}", step.replace('~', "~0").replace('/', "~1"))).collect(),
            base: excerpt(units.base, 0),
            ours: excerpt(units.ours, 1),
            theirs: excerpt(units.theirs, 2),
        };
        self.conflicts.push(conflict);
        self.options.favour == Favour::Theirs
    }

    /// The comment that shows a conflict, if that is wanted.
    pub fn markers(&self, units: Triple<'_, 's>) -> Vec<String> {
        if self.options.favour != Favour::Markers {
            return Vec::new();
        }
        let kept = if units.ours.is_some() { "yours is below" } else { "you removed it" };
        let mut lines = vec![format!("{MARKER} {kept}")];
        let mut show = |title: &str, name: &str, unit: Option<&Unit<'_>>| {
            let nothing = if unit.is_some() { "" } else { ": nothing" };
            lines.push(format!("# {title} {name}{nothing}"));
            let text = unit.map(|unit| shifted(unit.text(), unit.column, 0)).unwrap_or_default();
            lines.extend(text.lines().map(|line| format!("# {line}").trim_end().to_owned()));
        };
        show("||||||| before,", self.options.base, units.base);
        show("======= now,", self.options.theirs, units.theirs);
        lines.push("# >>>>>>>".to_owned());
        lines
    }
}

/// How the comment that shows a conflict begins.
pub const MARKER: &str = "# <<<<<<< conflict:";
