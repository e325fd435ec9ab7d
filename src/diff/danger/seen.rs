//! One changing object as dangers look at it, and the way in which they report.
//!
//! Must not know any particular danger.

use super::{
    super::{
        Danger, Level, Place,
        pair::{How, is_same},
    },
    Hazard,
    scope::Whole,
};
use crate::{
    cluster::Unit,
    diagnostic::Label,
    project::Object,
    yaml::{Origin, Value},
};

/// One object that changes.
pub(super) struct Seen<'s, 'p> {
    pub(super) whole: &'s Whole<'s, 'p>,
    pub(super) before: Option<&'p Object>,
    pub(super) after: Option<&'p Object>,
    pub(super) how: How,
}

impl<'p> Seen<'_, 'p> {
    /// The object before and after, if the cluster keeps it.
    pub(super) fn kept(&self) -> Option<(&'p Object, &'p Object)> {
        self.before.zip(self.after).filter(|(before, after)| is_same(&before.id, &after.id))
    }

    /// The object that the cluster has no more: it is not there after the change, or not under this name.
    pub(super) fn gone(&self) -> Option<&'p Object> {
        let before = self.before?;
        self.after.is_none_or(|after| !is_same(&before.id, &after.id)).then_some(before)
    }

    /// The unit that applied the object before.
    pub(super) fn old_unit(&self) -> Option<&'p Unit> {
        self.whole.comparison.old_unit(self.before.map(|object| object.unit))
    }
}

/// Takes in what one kind of danger finds.
pub(super) struct Found<'f> {
    hazard: &'static Hazard,
    whole: &'f Whole<'f, 'f>,
    dangers: &'f mut Vec<Danger>,
}

impl<'f> Found<'f> {
    pub(super) fn new<'p: 'f>(hazard: &'static Hazard, whole: &'f Whole<'f, 'p>, dangers: &'f mut Vec<Danger>) -> Self {
        Self { hazard, whole, dangers }
    }

    /// Reports a danger of an object as it is before the change.
    pub(super) fn before(&mut self, level: Level, object: &Object, origin: Origin, message: impl Into<String>) {
        self.object(level, object, false, origin, message);
    }

    /// Reports a danger of an object as it is after the change.
    pub(super) fn after(&mut self, level: Level, object: &Object, origin: Origin, message: impl Into<String>) {
        self.object(level, object, true, origin, message);
    }

    /// Reports a danger of a unit as a whole.
    pub(super) fn unit(&mut self, level: Level, unit: &Unit, is_after: bool, message: impl Into<String>) {
        let place = self.whole.comparison.place(unit.origin, is_after);
        self.push(level, unit.id.to_string(), None, &message.into(), place);
    }

    /// Reports a danger of a unit as a whole, after the change, at a place.
    pub(super) fn unit_at(&mut self, level: Level, unit: &Unit, at: &Label, message: impl Into<String>) {
        let line = self.whole.comparison.head.text(&at.path).map_or(1, |text| text.position(at.span.start).line);
        let place = Place { path: at.path.to_string(), line, before: false };
        self.push(level, unit.id.to_string(), None, &message.into(), Some(place));
    }

    fn object(&mut self, level: Level, object: &Object, is_after: bool, origin: Origin, message: impl Into<String>) {
        let comparison = self.whole.comparison;
        let unit =
            if is_after { comparison.new_unit(Some(object.unit)) } else { comparison.old_unit(Some(object.unit)) };
        let place = comparison.place(origin, is_after).or_else(|| comparison.place(object.origin(), is_after));
        let unit = unit.map(|unit| unit.id.to_string()).unwrap_or_default();
        self.push(level, unit, Some(object.id.to_string()), &message.into(), place);
    }

    fn push(&mut self, level: Level, unit: String, object: Option<String>, message: &str, place: Option<Place>) {
        let message = self.whole.comparison.redactor.text(message);
        let cluster = self.whole.cluster_name();
        let (id, why) = (self.hazard.id.to_owned(), self.hazard.why.to_owned());
        self.dangers.push(Danger { id, level, cluster, unit, object, message, why, place });
    }
}

/// A text in an object.
pub(super) fn text<'v>(object: &'v Object, keys: &[&str]) -> Option<&'v str> {
    object.value.pointer(keys)?.as_scalar().map(|scalar| scalar.text.as_str())
}

/// Where something in an object is written; the object itself, if it is not there.
pub(super) fn origin_of(object: &Object, keys: &[&str]) -> Origin {
    object.value.pointer(keys).map_or_else(|| object.origin(), |value: &Value| value.origin)
}
