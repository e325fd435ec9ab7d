//! From two objects to what changes in them.
//!
//! Owns what of an object is shown, and in which words. Must not know how objects were paired.

use std::collections::BTreeMap;

use super::{
    Comparison,
    fields::{self, Change},
    lines,
    model::{FieldChange, Identity, ObjectChange, Status},
    noise,
    pair::{How, Paired},
    redact::is_redacted,
    route::{Route, Step},
};
use crate::{
    cluster::ComposedRelease,
    manifest::ObjectId,
    project::Object,
    yaml::{Content, Value, print::readable},
};

/// Works out what changes in objects, and counts what is folded away.
pub(super) struct Changes<'c, 'p> {
    comparison: &'c Comparison<'p>,
    pub(super) folded: BTreeMap<&'static str, usize>,
}

impl<'c, 'p> Changes<'c, 'p> {
    pub(super) fn new(comparison: &'c Comparison<'p>) -> Self {
        Self { comparison, folded: BTreeMap::new() }
    }

    /// What becomes of an object; `None` if nothing does.
    pub(super) fn object(&mut self, pair: &Paired<'p>) -> Option<ObjectChange> {
        match (pair.before, pair.after) {
            (Some(before), Some(after)) => self.changed(before, after, pair.how),
            (None, Some(object)) => Some(self.whole(object, Status::Added)),
            (Some(object), None) => Some(self.whole(object, Status::Removed)),
            (None, None) => None,
        }
    }

    /// An object that is new or gone.
    fn whole(&self, object: &Object, status: Status) -> ObjectChange {
        let redacted = self.comparison.redactor.object(&object.id, &object.value);
        ObjectChange {
            id: identity(&object.id),
            status,
            was: None,
            moved_from: None,
            only_values: false,
            fields: Vec::new(),
            content: Some(readable::document(&redacted)),
            folded: 0,
            place: self.comparison.place(object.origin(), status == Status::Added),
        }
    }

    fn changed(&mut self, before: &'p Object, after: &'p Object, how: How) -> Option<ObjectChange> {
        let is_same = before.value == after.value && how == How::Name;
        let values = self.values(before, after);
        if is_same && values.is_empty() {
            return None;
        }
        let redactor = &self.comparison.redactor;
        let old = redactor.object(&before.id, &before.value);
        let new = redactor.object(&after.id, &after.value);
        let mut changes = fields::compare(Some(&after.id), &old, &new);
        let in_values: Vec<Change<'_>> = values.iter().flat_map(ComposedValues::changes).collect();
        if !in_values.is_empty() {
            changes.retain(|change| !is_given_values(&change.route));
        }
        if is_same && in_values.is_empty() {
            return None;
        }
        let mut folded = 0;
        let mut shown = Vec::new();
        for change in changes.iter().chain(&in_values) {
            match noise::fold(change, &self.comparison.options.unfolded) {
                Some(filter) => {
                    folded += 1;
                    *self.folded.entry(filter.name).or_default() += 1;
                }
                None => shown.extend(self.field(change, after)),
            }
        }
        let unit = self.comparison.old_unit(Some(before.unit)).filter(|_| how != How::Name);
        let moved_from = unit.filter(|unit| {
            let new = self.comparison.new_unit(Some(after.unit));
            new.is_none_or(|new| new.id != unit.id)
        });
        Some(ObjectChange {
            id: identity(&after.id),
            status: Status::Changed,
            was: (before.id.name != after.id.name || before.id.namespace != after.id.namespace)
                .then(|| identity(&before.id)),
            moved_from: moved_from.map(|unit| unit.id.to_string()),
            only_values: is_same,
            fields: shown,
            content: None,
            folded,
            place: self.comparison.place(after.origin(), true),
        })
    }

    /// The values of the releases that an object asks for, before and after, where they differ.
    fn values(&self, before: &Object, after: &Object) -> Vec<ComposedValues> {
        let [old, new] = &self.comparison.releases;
        let (old, new) = (old.asked_by(before), new.asked_by(after));
        let redact = |release: &ComposedRelease| self.comparison.redactor.release(release);
        let differs = |(old, new): &(&&ComposedRelease, &&ComposedRelease)| {
            old.release.values != new.release.values || old.release.sensitive != new.release.sensitive
        };
        let unlike = old.iter().zip(&new).filter(differs);
        unlike.map(|(old, new)| ComposedValues { before: redact(old), after: redact(new) }).collect()
    }

    /// One field; `None` if nothing of it may be told apart.
    fn field(&self, change: &Change<'_>, object: &Object) -> Option<FieldChange> {
        let status = match (change.before, change.after) {
            (None, _) => Status::Added,
            (_, None) => Status::Removed,
            _ => Status::Changed,
        };
        let value = change.after.or(change.before)?;
        let is_after = change.after.is_some();
        let place =
            self.comparison.place(value.origin, is_after).or_else(|| self.comparison.place(object.origin(), true));
        let mut field = FieldChange {
            path: change.route.to_string(),
            status,
            before: None,
            after: None,
            lines: Vec::new(),
            secret: false,
            place,
        };
        if let Some((before, after)) = &change.order {
            field.path.push_str(" (order)");
            (field.before, field.after) = (Some(before.join(", ")), Some(after.join(", ")));
            return Some(field);
        }
        let text = |value: Option<&Value>| {
            value.and_then(Value::as_str).map(|text| lines::spread(text).unwrap_or_else(|| text.to_owned()))
        };
        match (text(change.before), text(change.after)) {
            (Some(before), Some(after)) if before.trim_end().contains('\n') || after.trim_end().contains('\n') => {
                field.secret = is_redacted(&before) || is_redacted(&after);
                field.lines = lines::compare(&before, &after, self.comparison.options.context);
            }
            _ => {
                (field.before, field.after) = (change.before.map(shown), change.after.map(shown));
                field.secret = field.before.iter().chain(&field.after).any(|text| is_redacted(text));
            }
        }
        Some(field)
    }
}

/// The values of a release without secrets, before and after.
struct ComposedValues {
    before: Value,
    after: Value,
}

impl ComposedValues {
    fn changes(&self) -> Vec<Change<'_>> {
        let mut changes = fields::compare(None, &self.before, &self.after);
        for change in &mut changes {
            change.route = Route(std::iter::once(Step::Key("values".into())).chain(change.route.0.drain(..)).collect());
        }
        changes
    }
}

/// Whether values of a release are written at a place of the object that asks for it.
fn is_given_values(route: &Route) -> bool {
    let keys: Vec<&str> = route.0.iter().filter_map(Step::key).collect();
    match keys.as_slice() {
        ["spec", "values", ..] => true,
        ["spec", "source" | "sources", "helm", field, ..] => matches!(*field, "values" | "valuesObject" | "parameters"),
        _ => false,
    }
}

/// A value as it is shown: a scalar on its line, everything else as a block.
fn shown(value: &Value) -> String {
    match &value.content {
        Content::Scalar(scalar) if !scalar.text.contains('\n') => readable::scalar(&scalar.text, scalar.kind),
        Content::Scalar(scalar) => scalar.text.to_string(),
        _ => readable::document(value).trim_end().to_owned(),
    }
}

pub(super) fn identity(id: &ObjectId) -> Identity {
    Identity {
        group: id.group.to_string(),
        version: id.version.to_string(),
        kind: id.kind.to_string(),
        namespace: id.namespace.as_ref().map(ToString::to_string),
        name: id.name.to_string(),
    }
}
