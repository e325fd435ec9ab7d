//! JSON patches (RFC 6902), with the liberties of the library that kustomize 5.5.0 uses.
//!
//! Negative indices count from the end, `replace` sets a key that is not there, `copy` of such a key gives null, `test` for null accepts it, and what
//! stands before the first slash of a path does not count. Must not know how the object for a patch is chosen, nor what of it must survive.

use std::fmt;

use smol_str::SmolStr;

use crate::{
    kustomize::patch::json_form::{in_json_form, same},
    yaml::{Content, Mapping, Origin, Value},
};

/// One operation, as written: whether it makes sense is seen when it is applied, as in kustomize.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// `add`, `remove`, `replace`, `move`, `copy` or `test`.
    pub op: SmolStr,
    /// Where in the object.
    pub path: Option<SmolStr>,
    /// From where, for `move` and `copy`.
    pub from: Option<SmolStr>,
    /// What, for `add`, `replace` and `test`.
    pub value: Option<Value>,
    /// Where the operation is written.
    pub origin: Origin,
}

/// Why an operation cannot be done.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("operation {number} (`{op}`{}{path}) of the patch: {problem}", if path.is_empty() { "" } else { " " })]
pub struct OperationError {
    /// Which operation of the patch, from 1.
    pub number: usize,
    /// Its name.
    pub op: SmolStr,
    /// The path that it names.
    pub path: SmolStr,
    /// What is wrong.
    pub problem: OperationProblem,
    /// Where the operation is written, if it is known.
    pub origin: Origin,
    /// The innermost place in the object that the path does reach, if it is known.
    pub reached: Origin,
}

/// The ways in which an operation fails.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OperationProblem {
    /// A field that the operation needs is not there, or no string.
    #[error("it needs a field `{0}` with a text")]
    FieldMissing(&'static str),
    /// None of the six operations.
    #[error("there is no such operation; there are add, remove, replace, move, copy and test")]
    UnknownOperation,
    /// The path leads through a key that is not there.
    #[error("there is no `{key}` at `{parent}`{}", Nearby(present))]
    KeyMissing {
        /// The key.
        key: SmolStr,
        /// The path of the mapping that should have it.
        parent: String,
        /// The keys that are there.
        present: Vec<SmolStr>,
    },
    /// The path leads through a single value, or names no place in anything.
    #[error("`{parent}` has nothing below it")]
    NotAContainer {
        /// The path of the value.
        parent: String,
    },
    /// A list is entered by something that is no number.
    #[error("`{index}` is not an index into the list at `{parent}`, which has {length} elements")]
    NotAnIndex {
        /// What stands in the path.
        index: SmolStr,
        /// The path of the list.
        parent: String,
        /// The length of the list.
        length: usize,
    },
    /// A list has no such element.
    #[error("the list at `{parent}` has {length} elements and no place {index}")]
    OutOfRange {
        /// What stands in the path.
        index: SmolStr,
        /// The path of the list.
        parent: String,
        /// The length of the list.
        length: usize,
    },
    /// A `test` found something else. Neither value is shown, as either may be a secret.
    #[error("the object has another value there")]
    TestFailed,
    /// Copies double what was copied before, again and again.
    #[error("the copies of this patch multiply the object beyond all measure")]
    TooMuchCopied,
    /// The whole object would become something that is no object.
    #[error("the whole object can only be replaced by a mapping")]
    NotAnObject,
}

struct Nearby<'a>(&'a [SmolStr]);

impl fmt::Display for Nearby<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 8;
        if self.0.is_empty() {
            return f.write_str(", which is empty");
        }
        let shown: Vec<&str> = self.0.iter().take(SHOWN).map(SmolStr::as_str).collect();
        let more = if self.0.len() > SHOWN { ", …" } else { "" };
        write!(f, ", which has {}{more}", shown.join(", "))
    }
}

/// Reads the operations of a patch; `None` if the document is not a list of mappings. The values are taken as JSON has them, so `yes`, which
/// kustomize reads by YAML 1.1 here, becomes `true`.
pub fn parse(document: &Value) -> Option<Vec<Operation>> {
    document.as_sequence()?.iter().map(parse_operation).collect()
}

fn parse_operation(item: &Value) -> Option<Operation> {
    let fields = item.as_mapping()?;
    let text = |key: &str| fields.get(key).and_then(Value::as_str).map(SmolStr::from);
    Some(Operation {
        op: text("op").unwrap_or_else(|| "unknown".into()),
        path: text("path"),
        from: text("from"),
        value: fields.get("value").map(|value| in_json_form(value.clone())),
        origin: item.origin,
    })
}

/// As much may be copied by one patch, in the measure of [`Value::weight`]; a whole custom resource definition has less.
const MAX_COPIED: usize = 100_000;

/// Carries out the operations one after the other. On an error the object is left as the operations before made it.
pub fn apply(object: &mut Value, operations: &[Operation]) -> Result<(), Box<OperationError>> {
    let mut copied = 0;
    for (index, operation) in operations.iter().enumerate() {
        apply_one(object, operation, &mut copied).map_err(|failure| {
            Box::new(OperationError {
                number: index + 1,
                op: operation.op.clone(),
                path: operation.path.clone().unwrap_or_default(),
                problem: failure.problem,
                origin: operation.origin,
                reached: failure.reached,
            })
        })?;
    }
    Ok(())
}

struct Failure {
    problem: OperationProblem,
    reached: Origin,
}

impl From<OperationProblem> for Failure {
    fn from(problem: OperationProblem) -> Self {
        Self { problem, reached: Origin::NONE }
    }
}

fn apply_one(object: &mut Value, operation: &Operation, copied: &mut usize) -> Result<(), Failure> {
    let path = || operation.path.as_deref().ok_or(OperationProblem::FieldMissing("path"));
    let from = || operation.from.as_deref().ok_or(OperationProblem::FieldMissing("from"));
    let value = || operation.value.clone().unwrap_or_else(Value::null);
    match operation.op.as_str() {
        "add" => Place::find(object, path()?)?.add(value()),
        "remove" => Place::find(object, path()?)?.remove().map(drop),
        "replace" if path()?.is_empty() => {
            let value = value();
            if value.as_mapping().is_none() {
                return Err(OperationProblem::NotAnObject.into());
            }
            *object = value;
            Ok(())
        }
        "replace" => Place::find(object, path()?)?.replace(value()),
        "move" => {
            let value = Place::find(object, from()?)?.remove()?;
            Place::find(object, path()?)?.add(value)
        }
        "copy" => {
            let source = Place::find(object, from()?)?.into_value()?;
            *copied += source.map_or(1, Value::weight);
            if *copied > MAX_COPIED {
                return Err(OperationProblem::TooMuchCopied.into());
            }
            let value = source.cloned().unwrap_or_else(Value::null);
            Place::find(object, path()?)?.add(value)
        }
        "test" => test(object, path()?, operation.value.as_ref()),
        _ => Err(OperationProblem::UnknownOperation.into()),
    }
}

fn test(object: &mut Value, path: &str, expected: Option<&Value>) -> Result<(), Failure> {
    let expected = expected.ok_or(OperationProblem::FieldMissing("value"))?;
    let (found, reached) = if path.is_empty() {
        (Some(&*object), object.origin)
    } else {
        let place = Place::find(object, path)?;
        let reached = place.container.origin;
        (place.into_value()?, reached)
    };
    let fits = found.map_or(expected.is_null(), |found| same(found, expected));
    if fits { Ok(()) } else { Err(Failure { problem: OperationProblem::TestFailed, reached }) }
}

/// A place in a mapping or list, where something is or could be.
struct Place<'v> {
    container: &'v mut Value,
    key: SmolStr,
    /// The path of the container.
    parent: String,
}

impl<'v> Place<'v> {
    fn find(object: &'v mut Value, path: &str) -> Result<Self, Failure> {
        let mut parts = path.split('/').skip(1).map(unescape);
        let Some(mut key) = parts.next() else {
            return Err(OperationProblem::NotAContainer { parent: path.to_owned() }.into());
        };
        let mut place = Place { container: object, key: SmolStr::default(), parent: String::new() };
        for next in parts {
            place.key = std::mem::replace(&mut key, next);
            place = place.enter()?;
        }
        place.key = key;
        place.require_container()?;
        Ok(place)
    }

    /// The place below, without a key yet.
    fn enter(self) -> Result<Self, Failure> {
        self.require_container()?;
        let index = self.index()?;
        let parent = format!("{}/{}", self.parent, escape(&self.key));
        let found = match index {
            Some(index) => self.container.as_sequence().and_then(|items| items.get(index)),
            None => self.container.get(&self.key),
        };
        let problem = match &self.container.content {
            _ if found.is_some_and(|value| !value.is_null()) => None,
            Content::Mapping(mapping) if found.is_none() => Some(self.key_missing(mapping)),
            _ => Some(OperationProblem::NotAContainer { parent: parent.clone() }),
        };
        if let Some(problem) = problem {
            return Err(self.failure(problem));
        }
        let reached = self.container.origin;
        let value = match index {
            Some(index) => self.container.as_sequence_mut().and_then(|items| items.get_mut(index)),
            None => self.container.get_mut(&self.key),
        };
        match value {
            Some(container) => Ok(Place { container, key: SmolStr::default(), parent }),
            None => Err(Failure { problem: OperationProblem::NotAContainer { parent }, reached }),
        }
    }

    fn require_container(&self) -> Result<(), Failure> {
        if self.container.as_scalar().is_none() {
            return Ok(());
        }
        Err(self.failure(OperationProblem::NotAContainer { parent: self.parent_or_root() }))
    }

    /// The index that the key names, or `None` in a mapping.
    fn index(&self) -> Result<Option<usize>, Failure> {
        let Some(items) = self.container.as_sequence() else { return Ok(None) };
        let index = self.number(items.len())?;
        if index >= items.len() { Err(self.out_of_range()) } else { Ok(Some(index)) }
    }

    /// The number in the key; a negative one counts from the end of `length` places.
    fn number(&self, length: usize) -> Result<usize, Failure> {
        let Ok(number) = self.key.parse::<i64>() else {
            let (index, parent, length) = (self.key.clone(), self.parent_or_root(), self.length());
            return Err(self.failure(OperationProblem::NotAnIndex { index, parent, length }));
        };
        let from_end = |number: u64| usize::try_from(number).ok().and_then(|number| length.checked_sub(number));
        let index = if number < 0 { from_end(number.unsigned_abs()) } else { usize::try_from(number).ok() };
        index.ok_or_else(|| self.out_of_range())
    }

    fn into_value(self) -> Result<Option<&'v Value>, Failure> {
        Ok(match self.index()? {
            Some(index) => self.container.as_sequence().and_then(|items| items.get(index)),
            None => self.container.get(&self.key),
        })
    }

    fn add(self, value: Value) -> Result<(), Failure> {
        let Some(items) = self.container.as_sequence() else {
            self.insert(value);
            return Ok(());
        };
        let length = items.len();
        let index = if self.key == "-" { length } else { self.number(length + 1)? };
        if index > length {
            return Err(self.out_of_range());
        }
        if let Some(items) = self.container.as_sequence_mut() {
            items.insert(index, value);
        }
        Ok(())
    }

    fn replace(self, value: Value) -> Result<(), Failure> {
        let Some(index) = self.index()? else {
            self.insert(value);
            return Ok(());
        };
        if let Some(place) = self.container.as_sequence_mut().and_then(|items| items.get_mut(index)) {
            *place = value;
        }
        Ok(())
    }

    fn insert(self, value: Value) {
        if let Some(mapping) = self.container.as_mapping_mut() {
            mapping.insert(self.key, value);
        }
    }

    fn remove(self) -> Result<Value, Failure> {
        let index = self.index()?;
        let problem = match &self.container.content {
            Content::Mapping(mapping) if !mapping.contains_key(&self.key) => Some(self.key_missing(mapping)),
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(self.failure(problem));
        }
        Ok(match (&mut self.container.content, index) {
            (Content::Sequence(items), Some(index)) => items.remove(index),
            (Content::Mapping(mapping), _) => mapping.shift_remove(&self.key).unwrap_or_else(Value::null),
            _ => Value::null(),
        })
    }

    fn length(&self) -> usize {
        self.container.as_sequence().map_or(0, <[Value]>::len)
    }

    fn key_missing(&self, mapping: &Mapping) -> OperationProblem {
        let present = mapping.keys().cloned().collect();
        OperationProblem::KeyMissing { key: self.key.clone(), parent: self.parent_or_root(), present }
    }

    fn out_of_range(&self) -> Failure {
        let (parent, length) = (self.parent_or_root(), self.length());
        self.failure(OperationProblem::OutOfRange { index: self.key.clone(), parent, length })
    }

    fn failure(&self, problem: OperationProblem) -> Failure {
        Failure { problem, reached: self.container.origin }
    }

    fn parent_or_root(&self) -> String {
        if self.parent.is_empty() { "/".to_owned() } else { self.parent.clone() }
    }
}

fn unescape(part: &str) -> SmolStr {
    if part.contains('~') { part.replace("~1", "/").replace("~0", "~").into() } else { part.into() }
}

fn escape(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}
