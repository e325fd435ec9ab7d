//! The merge of one document, from its units down.
//!
//! Owns which side a unit is taken from. Must not know how a collection's units are paired or put together again.

use super::{
    ConflictKind, Options,
    comment::{self, our_own},
    conflict::{Conflict, Piece, Triple},
    intended::{Intended, Shape, holds, same, shape},
    unit::{Unit, laid_out, shifted, source},
};
use crate::{
    text::{SourceText, Span},
    yaml::node::{Node, Stream},
};

/// A merge on its way.
pub(super) struct Merger<'m> {
    pub options: &'m Options<'m>,
    pub conflicts: Vec<Conflict>,
    /// The steps to the present place, for people.
    pub path: Vec<String>,
    /// The keys to the present place, for the knowledge of lists.
    pub keys: Vec<String>,
    /// Where the documents begin in the texts of the three sides.
    pub offsets: [usize; 3],
    /// The spans of the scalars that hold the present texts, inside of a string.
    pub pinned: Option<[Span; 3]>,
}

/// The value of a unit, merged: the whole text of the unit at our column.
pub(super) struct Value<'s> {
    pub text: String,
    /// Lines of comments that belong above the unit.
    pub above: Vec<String>,
    pub intended: Intended<'s>,
}

impl<'s> Value<'s> {
    /// Our unit as it is.
    pub fn ours(unit: &Unit<'s>) -> Self {
        Self { text: unit.text().to_owned(), above: Vec::new(), intended: Intended::Taken(unit.value) }
    }

    /// Their unit, in the place of ours.
    pub fn theirs(base: Option<&Unit<'s>>, ours: &Unit<'s>, theirs: &Unit<'s>) -> Self {
        let text = shifted(theirs.text(), theirs.column, ours.column);
        // The lead is merged by itself.
        let mut above = our_own(ours, base, Some(theirs));
        above.retain(|comment| !ours.plain_lead().iter().any(|line| line.trim() == comment));
        Self { text, above, intended: Intended::Taken(theirs.value) }
    }
}

impl<'m> Merger<'m> {
    pub fn new(options: &'m Options<'m>) -> Self {
        Self { options, conflicts: Vec::new(), path: Vec::new(), keys: Vec::new(), offsets: [0; 3], pinned: None }
    }

    /// Merges what may be missing on any side. `column` is that of our collection.
    pub fn unit<'s>(&mut self, root: Node<'s>, units: Triple<'_, 's>, column: usize) -> Option<Piece<'s>> {
        let Triple { base, ours, theirs } = units;
        match (base, ours, theirs) {
            (_, None, None) => None,
            (None, Some(ours), None) => Some(keep(ours, &[])),
            (None, None, Some(theirs)) => Some(take(theirs, column)),
            (Some(base), Some(ours), None) if same(base.value, ours.value) => {
                let key = ours.key.and_then(Node::text);
                let own = our_own(ours, Some(base), None);
                (!own.is_empty()).then(|| Piece::comments(key, &own, column))
            }
            (Some(_), Some(ours), None) => {
                if self.note(ConflictKind::RemovedByThem, units) {
                    let own = our_own(ours, base, None);
                    return Some(Piece::comments(ours.key.and_then(Node::text), &own, column));
                }
                let markers = self.markers(units);
                Some(keep(ours, &markers))
            }
            (Some(base), None, Some(theirs)) if same(base.value, theirs.value) => None,
            (Some(_), None, Some(theirs)) => {
                if self.note(ConflictKind::RemovedByUs, units) {
                    return Some(take(theirs, column));
                }
                let markers = self.markers(units);
                (!markers.is_empty()).then(|| Piece::comments(theirs.key.and_then(Node::text), &markers, column))
            }
            (base, Some(ours), Some(theirs)) => {
                let value = self.value(root, base, ours, theirs);
                let lead = comment::lead(base, ours, theirs) + &laid_out(&value.above, column);
                let key = ours.key.and_then(Node::text);
                Some(Piece { key, lead, body: Some((value.text, value.intended)) })
            }
        }
    }

    /// Merges what both sides have.
    pub fn value<'s>(
        &mut self,
        root: Node<'s>,
        base: Option<&Unit<'s>>,
        ours: &Unit<'s>,
        theirs: &Unit<'s>,
    ) -> Value<'s> {
        let (mine, wanted) = (ours.plain(), theirs.plain());
        match base.map(Unit::plain) {
            Some(was) if was == wanted => return Value::ours(ours),
            Some(was) if was == mine => return Value::theirs(base, ours, theirs),
            _ if mine == wanted => return Value::ours(ours),
            _ => {}
        }
        let of_base = base.map(|base| shape(base.value));
        match (shape(ours.value), shape(theirs.value)) {
            (Shape::Mapping, Shape::Mapping) if of_base.is_none_or(|base| base == Shape::Mapping) => {
                self.mapping(root, base, ours, theirs)
            }
            (Shape::Sequence, Shape::Sequence) if of_base.is_none_or(|base| base == Shape::Sequence) => {
                self.sequence(root, base, ours, theirs)
            }
            (Shape::Scalar, Shape::Scalar) if of_base.is_none_or(|base| base == Shape::Scalar) => {
                self.scalar(base, ours, theirs)
            }
            _ => self.whole(base, ours, theirs),
        }
    }

    /// Takes one side as it is, or reports a conflict.
    pub fn whole<'s>(&mut self, base: Option<&Unit<'s>>, ours: &Unit<'s>, theirs: &Unit<'s>) -> Value<'s> {
        let is_base = |unit: &Unit<'_>| base.is_some_and(|base| same(base.value, unit.value));
        if is_base(theirs) || same(ours.value, theirs.value) {
            return Value::ours(ours);
        }
        if is_base(ours) {
            return Value::theirs(base, ours, theirs);
        }
        let kind = if base.is_some() { ConflictKind::Changed } else { ConflictKind::Added };
        let units = Triple { base, ours: Some(ours), theirs: Some(theirs) };
        if self.note(kind, units) {
            return Value::theirs(base, ours, theirs);
        }
        Value { above: self.markers(units), ..Value::ours(ours) }
    }

    /// Merges three documents, none of them empty. `None` if the text cannot hold the result.
    pub fn document(&mut self, base: &Stream, ours: &Stream, theirs: &Stream) -> Option<String> {
        let root = |stream| Stream::documents(stream).next().map(super::super::node::Document::root);
        let (base, ours, theirs) = (root(base)?, root(ours)?, root(theirs)?);
        let units = [base, ours, theirs].map(Unit::of_root);
        let value = self.value(ours, Some(&units[0]), &units[1], &units[2]);
        let heads = [0, 1, 2].map(|side| head(&units[side]));
        let mut head = comment::lines(&heads[0], &heads[1], &heads[2]);
        head.extend(value.above);
        let text = source(ours);
        let head = if head == heads[1] {
            text.get(..units[1].start).unwrap_or_default().to_owned()
        } else {
            laid_out(&head, 0)
        };
        let below = text.get(units[1].end..).unwrap_or_default();
        let merged = format!("{head}{}{below}", value.text);
        is_faithful(&merged, &value.intended, &units).then_some(merged)
    }
}

/// Their unit as it is, at our column.
fn take<'s>(theirs: &Unit<'s>, column: usize) -> Piece<'s> {
    Piece {
        key: theirs.key.and_then(Node::text),
        lead: laid_out(&theirs.plain_lead(), column),
        body: Some((shifted(theirs.text(), theirs.column, column), Intended::Taken(theirs.value))),
    }
}

/// The lines above the root.
fn head(root: &Unit<'_>) -> Vec<String> {
    let above = root.source().get(..root.start).unwrap_or_default();
    above.lines().map(|line| line.trim_end().to_owned()).collect()
}

/// Our unit as it is, with lines above it.
fn keep<'s>(ours: &Unit<'s>, above: &[String]) -> Piece<'s> {
    let lead = ours.source().get(ours.lead.clone()).unwrap_or_default();
    Piece {
        key: ours.key.and_then(Node::text),
        lead: format!("{lead}{}", laid_out(above, ours.column)),
        body: Some((ours.text().to_owned(), Intended::Taken(ours.value))),
    }
}

/// Whether a text holds the tree, and every comment that is ours alone.
fn is_faithful(merged: &str, intended: &Intended<'_>, units: &[Unit<'_>; 3]) -> bool {
    let Ok(stream) = Stream::parse(SourceText::new(merged)) else { return false };
    let mut documents = stream.documents();
    let (Some(document), None) = (documents.next(), documents.next()) else { return false };
    let everything = |unit: &Unit<'_>| {
        let stream = unit.value.stream();
        stream.comments().iter().map(|&comment| stream.text().slice(comment).trim_end().to_owned()).collect::<Vec<_>>()
    };
    let mut kept = everything(&Unit::of_root(document.root()));
    let mut own = everything(&units[1]);
    for comment in everything(&units[0]) {
        if let Some(at) = own.iter().position(|own| *own == comment) {
            own.remove(at);
        }
    }
    let survives = |comment: String| {
        let at = kept.iter().position(|kept| *kept == comment);
        at.map(|at| kept.remove(at)).is_some()
    };
    holds(document.root(), intended) && own.into_iter().all(survives)
}
