//! Strategic merge patches, with the semantics of kustomize 5.5.0.
//!
//! Maps are merged field by field, null removes, `$patch` directs, lists are merged by key where [`MergeKeys`] says so and replaced elsewhere. The
//! directives `$setElementOrder`, `$deleteFromPrimitiveList` and `$retainKeys` of the API server mean nothing to kustomize: they are fields like any
//! other. A merge also visits what the patch does not mention: elements with equal keys fall together and fields without a value vanish. Must not know
//! how the object for a patch is chosen, nor what of it must survive.

use std::collections::HashSet;

use smol_str::SmolStr;

use crate::{
    kustomize::merge_keys::{Field, MergeKeys},
    yaml::{Content, Mapping, Origin, Scalar, Type, Value},
};

use super::associative;

/// The key of a directive.
pub(super) const DIRECTIVE: &str = "$patch";

/// The one key by which lists without a schema are merged, if that is asked for.
const INFERRED_KEY: &str = "name";

/// On which end of a list new elements go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Direction {
    /// Before those that are there, as in patches of a kustomization.
    #[default]
    Prepend,
    /// After those that are there.
    Append,
}

/// How to merge. The default is what a kustomization does.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// Where new elements of lists go.
    pub direction: Direction,
    /// Whether lists without a schema are merged by `name` if all their elements have one.
    pub infer_keys: bool,
}

/// What became of the object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Merged {
    /// It is still there.
    Kept,
    /// The patch removed it as a whole (`$patch: delete`).
    Removed,
}

/// Why a patch does not fit its object.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{problem} at `{}`", if path.is_empty() { "/" } else { path.as_str() })]
pub struct MergeError {
    /// What is wrong.
    pub problem: MergeProblem,
    /// Where in the object: `spec.containers[name=web].env`.
    pub path: String,
    /// The place in the patch, if it is known.
    pub patch: Origin,
    /// The place in the object that is patched, if it is known.
    pub target: Origin,
}

/// The ways in which a patch does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MergeProblem {
    /// The patch has another kind of value than the object.
    #[error("the object has {target} where the patch has {patch}")]
    KindMismatch {
        /// What the object has.
        target: &'static str,
        /// What the patch has.
        patch: &'static str,
    },
    /// `$patch` with a value other than `merge`, `replace` and `delete`.
    #[error("unknown directive `$patch: {0}`; it must be `merge`, `replace` or `delete`")]
    UnknownDirective(SmolStr),
    /// A list that is merged by key holds something that cannot have one.
    #[error("a list that is merged by {key} holds {found}")]
    NotMergeable {
        /// The merge key, or words for its absence.
        key: SmolStr,
        /// What was found.
        found: &'static str,
    },
    /// A key of the patch is no string, and the object has none that reads like it: kustomize could not print the result.
    #[error("the key `{0}` is not a string")]
    KeyNotString(SmolStr),
    /// Patch and object suggest different merge keys.
    #[error("no merge key fits all elements of the list")]
    NoCommonKey,
}

/// Merges `patch` into `target` as a kustomization does. On an error the target is left half merged.
pub fn merge(target: &mut Value, patch: &Value, keys: &MergeKeys) -> Result<Merged, MergeError> {
    merge_with(target, patch, keys, Options::default())
}

/// Merges `patch` into `target`; see [`merge`].
pub fn merge_with(target: &mut Value, patch: &Value, keys: &MergeKeys, options: Options) -> Result<Merged, MergeError> {
    let mut walker = Walker { keys, options, path: Vec::new() };
    match walker.walk(target, Some(patch), None)? {
        Outcome::Kept => Ok(Merged::Kept),
        Outcome::Removed => Ok(Merged::Removed),
        Outcome::Replaced(value) => {
            *target = value;
            Ok(Merged::Kept)
        }
    }
}

/// What a step of the walk says about the value it was given.
pub(super) enum Outcome {
    /// It stays, changed in place or not at all.
    Kept,
    /// A value of the patch takes its place.
    Replaced(Value),
    /// It goes.
    Removed,
}

#[derive(Clone, Copy, PartialEq)]
enum Directive {
    Merge,
    Replace,
    Delete,
}

/// The state of one merge.
pub(super) struct Walker<'k> {
    keys: &'k MergeKeys,
    pub(super) options: Options,
    path: Vec<SmolStr>,
}

impl<'k> Walker<'k> {
    /// Merges the patch, if any, into a value that is there.
    pub(super) fn walk(
        &mut self,
        target: &mut Value,
        patch: Option<&Value>,
        field: Option<Field<'k>>,
    ) -> Result<Outcome, MergeError> {
        if target.is_null() {
            return match patch {
                // A field without any value goes; one with an explicit null stays.
                None if text_of(target).is_empty() => Ok(Outcome::Removed),
                None => Ok(Outcome::Kept),
                Some(patch) => Ok(self.add(patch, field)?.map_or(Outcome::Removed, Outcome::Replaced)),
            };
        }
        if patch.is_some_and(Value::is_null) {
            return Ok(Outcome::Removed);
        }
        let field = field.or_else(|| self.field_by_type([Some(&*target), patch]));
        if let Some(patch) = patch
            && kind_of(target) != kind_of(patch)
        {
            let problem = MergeProblem::KindMismatch { target: kind_of(target), patch: kind_of(patch) };
            return Err(self.error(problem, target.origin, patch.origin));
        }
        match &target.content {
            Content::Mapping(_) => self.walk_mapping(target, patch, field),
            Content::Sequence(_) if self.is_associative([Some(&*target), patch], field) => {
                self.walk_list(target, patch, field)
            }
            _ => Ok(patch.map_or(Outcome::Kept, |patch| Outcome::Replaced(patch.clone()))),
        }
    }

    /// What a value of the patch becomes where the object has none.
    pub(super) fn add(&mut self, patch: &Value, field: Option<Field<'k>>) -> Result<Option<Value>, MergeError> {
        match &patch.content {
            _ if patch.is_null() => Ok(None),
            Content::Mapping(_) => {
                // An unknown directive is no error where there is nothing to merge with: it stays as a field.
                let directive = self.mapping_directive(patch).unwrap_or(None);
                if directive == Some(Directive::Delete) {
                    return Ok(None);
                }
                let mut added = patch.clone();
                if directive.is_some() {
                    remove_directive(&mut added);
                }
                let field = field.or_else(|| self.field_by_type([None, Some(&added)]));
                self.settle_mapping(added, field).map(Some)
            }
            Content::Sequence(_) if self.is_associative([None, Some(patch)], field) => {
                let items = patch.as_sequence().unwrap_or_default().to_vec();
                let items = associative::settle(self, items, field)?;
                Ok(Some(Value::sequence(items).at(patch.origin)))
            }
            _ => Ok(Some(patch.clone())),
        }
    }

    /// Merges a value of the patch with itself, which is what kustomize does below everything that it takes over from a patch: nulls and directives
    /// are carried out, equal keys fall together.
    pub(super) fn settle(&mut self, value: Value, field: Option<Field<'k>>) -> Result<Option<Value>, MergeError> {
        let field = field.or_else(|| self.field_by_type([None, Some(&value)]));
        match &value.content {
            _ if value.is_null() => Ok(None),
            Content::Mapping(_) => {
                let mut value = value;
                match self.mapping_directive(&value)? {
                    Some(Directive::Delete) => return Ok(None),
                    Some(_) => remove_directive(&mut value),
                    None => {}
                }
                self.settle_mapping(value, field).map(Some)
            }
            Content::Sequence(items) if self.is_associative([None, Some(&value)], field) => {
                let (directive, items) = self.list_directive(items)?;
                if directive == Directive::Delete {
                    return Ok(None);
                }
                let items = items.into_iter().cloned().collect();
                let items = associative::settle(self, items, field)?;
                Ok(Some(Value::sequence(items).at(value.origin)))
            }
            _ => Ok(Some(value)),
        }
    }

    fn settle_mapping(&mut self, mut value: Value, field: Option<Field<'k>>) -> Result<Value, MergeError> {
        if let Content::Mapping(mapping) = &mut value.content {
            let mut settled = Mapping::with_capacity_and_hasher(mapping.len(), mapping.hasher().clone());
            for (key, child) in std::mem::take(&mut **mapping) {
                let below = field.and_then(|field| field.schema.field(&key));
                if let Some(child) = self.at(key.clone(), |walker| walker.settle(child, below))? {
                    settled.insert(key, child);
                }
            }
            **mapping = settled;
        }
        Ok(value)
    }

    fn walk_mapping(
        &mut self,
        target: &mut Value,
        patch: Option<&Value>,
        field: Option<Field<'k>>,
    ) -> Result<Outcome, MergeError> {
        let directive = patch.map_or(Ok(None), |patch| self.mapping_directive(patch))?;
        match (directive, patch) {
            (Some(Directive::Delete), _) => return Ok(Outcome::Removed),
            (Some(Directive::Replace), Some(patch)) => {
                let mut replacement = patch.clone();
                remove_directive(&mut replacement);
                return self.settle_mapping(replacement, field).map(Outcome::Replaced);
            }
            _ => {}
        }
        let Some(mapping) = target.as_mapping_mut() else { return Ok(Outcome::Kept) };
        let is_field = |key: &str| directive.is_none() || key != DIRECTIVE;
        let mut removed: HashSet<SmolStr> = HashSet::new();
        for (key, child) in mapping.iter_mut() {
            let patch = patch.filter(|_| is_field(key)).and_then(|patch| patch.get(key));
            let below = field.and_then(|field| field.schema.field(key));
            match self.at(key.clone(), |walker| walker.walk(child, patch, below))? {
                Outcome::Kept => {}
                Outcome::Replaced(value) => set(child, value),
                Outcome::Removed => {
                    removed.insert(key.clone());
                }
            }
        }
        if !removed.is_empty() {
            mapping.retain(|key, _| !removed.contains(key));
        }
        for (key, child) in patch.and_then(Value::as_mapping).into_iter().flatten() {
            if !is_field(key) || mapping.contains_key(key) || removed.contains(key) {
                continue;
            }
            let below = field.and_then(|field| field.schema.field(key));
            if let Some(value) = self.at(key.clone(), |walker| walker.add(child, below))? {
                mapping.insert(key.clone(), value);
            }
        }
        Ok(Outcome::Kept)
    }

    fn walk_list(
        &mut self,
        target: &mut Value,
        patch: Option<&Value>,
        field: Option<Field<'k>>,
    ) -> Result<Outcome, MergeError> {
        let (directive, patch_items) = match patch {
            Some(patch) => {
                let items = patch.as_sequence().unwrap_or_default();
                let (directive, items) = self.list_directive(items)?;
                (directive, Some(items))
            }
            None => (Directive::Merge, None),
        };
        match (directive, patch) {
            (Directive::Delete, _) => Ok(Outcome::Removed),
            (Directive::Replace, Some(patch)) => {
                let items = patch_items.unwrap_or_default().into_iter().cloned().collect();
                let items = associative::settle(self, items, field)?;
                Ok(Outcome::Replaced(Value::sequence(items).at(patch.origin)))
            }
            _ => {
                let Some(items) = target.as_sequence_mut() else { return Ok(Outcome::Kept) };
                *items = associative::merge(self, std::mem::take(items), patch_items, field)?;
                Ok(Outcome::Kept)
            }
        }
    }

    /// The keys by which a list is merged; none for a list of scalars.
    pub(super) fn merge_keys(
        &self,
        sources: [&[Value]; 2],
        field: Option<Field<'k>>,
    ) -> Result<Vec<&'k str>, MergeError> {
        if let Some(field) = field {
            return Ok(field.merge.unwrap_or_default().iter().map(AsRef::as_ref).collect());
        }
        if sources.iter().any(|items| !items.is_empty() && !have_name(items)) {
            let origin = |items: &[Value]| items.first().map_or(Origin::NONE, |item| item.origin);
            return Err(self.error(MergeProblem::NoCommonKey, origin(sources[0]), origin(sources[1])));
        }
        Ok(vec![INFERRED_KEY])
    }

    fn is_associative(&self, sources: [Option<&Value>; 2], field: Option<Field<'k>>) -> bool {
        match field {
            Some(field) => field.merge.is_some(),
            None => {
                self.options.infer_keys
                    && sources.iter().flatten().filter_map(|value| value.as_sequence()).any(have_name)
            }
        }
    }

    /// The schema of an object inside another, by its `apiVersion` and `kind`.
    fn field_by_type(&self, sources: [Option<&Value>; 2]) -> Option<Field<'k>> {
        let schema = sources.into_iter().flatten().find_map(|value| {
            let text = |key| value.get(key).and_then(Value::as_scalar).map(|scalar| scalar.text.as_str());
            self.keys.schema(text("apiVersion")?, text("kind")?)
        })?;
        Some(Field { merge: None, schema })
    }

    fn mapping_directive(&self, patch: &Value) -> Result<Option<Directive>, MergeError> {
        patch.get(DIRECTIVE).map(|value| self.read_directive(value)).transpose()
    }

    /// The directive of a list, which is an element of its own with nothing but `$patch`, and the other elements.
    fn list_directive<'p>(&self, items: &'p [Value]) -> Result<(Directive, Vec<&'p Value>), MergeError> {
        let first = items.iter().find_map(|item| Some((item.as_mapping()?.len(), item.get(DIRECTIVE)?)));
        let Some((1, value)) = first else { return Ok((Directive::Merge, items.iter().collect())) };
        let directive = self.read_directive(value)?;
        let text = text_of(value);
        // kustomize takes every element away that says the same, with whatever stands beside it, and all empty ones.
        let stays = |item: &&Value| !is_empty(item) && item.get(DIRECTIVE).is_none_or(|other| text_of(other) != text);
        Ok((directive, items.iter().filter(stays).collect()))
    }

    fn read_directive(&self, value: &Value) -> Result<Directive, MergeError> {
        match text_of(value) {
            "merge" => Ok(Directive::Merge),
            "replace" => Ok(Directive::Replace),
            "delete" => Ok(Directive::Delete),
            other => Err(self.error(MergeProblem::UnknownDirective(other.into()), Origin::NONE, value.origin)),
        }
    }

    /// Runs a step one place further down.
    pub(super) fn at<T>(
        &mut self,
        place: SmolStr,
        step: impl FnOnce(&mut Self) -> Result<T, MergeError>,
    ) -> Result<T, MergeError> {
        self.path.push(place);
        let result = step(self)?;
        self.path.pop();
        Ok(result)
    }

    pub(super) fn error(&self, problem: MergeProblem, target: Origin, patch: Origin) -> MergeError {
        MergeError { problem, path: self.path.join(".").replace(".[", "["), patch, target }
    }
}

/// Puts a value of the patch into a field, in the style that the field has: in place of a quoted string everything is a string.
fn set(place: &mut Value, mut value: Value) {
    if let (Content::Scalar(Scalar { quoted, .. }), Content::Scalar(scalar)) = (&place.content, &mut value.content) {
        scalar.quoted = *quoted;
        if *quoted {
            scalar.kind = Type::String;
        }
        // What the patch only repeats, as it does with the keys of list items, was set before.
        if place.content == value.content {
            return;
        }
    }
    *place = value;
}

/// Takes the directive out of a mapping.
pub(super) fn remove_directive(value: &mut Value) {
    if let Some(mapping) = value.as_mapping_mut() {
        mapping.shift_remove(DIRECTIVE);
    }
}

/// Whether all elements have the field `name`.
fn have_name(items: &[Value]) -> bool {
    !items.is_empty() && items.iter().all(|item| item.get(INFERRED_KEY).is_some())
}

/// The text of a scalar, and nothing for the other kinds, as kustomize compares them.
pub(super) fn text_of(value: &Value) -> &str {
    value.as_scalar().map_or("", |scalar| scalar.text.as_str())
}

/// Whether a value is null or an empty mapping.
pub(super) fn is_empty(value: &Value) -> bool {
    value.is_null() || value.as_mapping().is_some_and(Mapping::is_empty)
}

/// What a value is, in words.
pub(super) fn kind_of(value: &Value) -> &'static str {
    match &value.content {
        Content::Scalar(_) => "a single value",
        Content::Sequence(_) => "a list",
        Content::Mapping(_) => "a mapping",
    }
}
