//! The values that templates work with.
//!
//! Owns their types, which are those that untyped data has in Go: a mapping is shared, so that `set` is seen by everyone who holds it. Must not know YAML, nor
//! how values are printed.

use std::{cell::RefCell, collections::BTreeMap, fmt, rc::Rc};

use smol_str::SmolStr;

use super::functions::dates::{Duration, Time};
pub use super::functions::semver::Version;

/// A value.
#[derive(Clone, Debug, Default)]
pub enum Data {
    /// No value at all: what a missing key gives.
    #[default]
    Missing,
    /// `nil`.
    Nil,
    /// A `bool`.
    Bool(bool),
    /// An `int`: literals, and what counts.
    Int(i64),
    /// An `int64`: what arithmetic gives.
    Int64(i64),
    /// A `float64`: every number that comes from JSON.
    Float(f64),
    /// A `string`.
    Str(SmolStr),
    /// A list.
    List(List),
    /// A mapping.
    Map(Dict),
    /// A point in time.
    Time(Time),
    /// A span of time.
    Duration(Duration),
    /// A semantic version.
    Version(Rc<Version>),
}

/// A list; its items do not change.
#[derive(Clone, Debug)]
pub struct List(Rc<Items>);

#[derive(Debug)]
struct Items {
    items: Vec<Data>,
    /// Whether Go knows it as a list of strings, which shows in its type's name only.
    strings: bool,
}

/// A mapping, sorted by key. Clones share their entries.
#[derive(Clone, Default)]
pub struct Dict(Rc<Entries>);

#[derive(Default)]
struct Entries(RefCell<BTreeMap<SmolStr, Data>>);

impl fmt::Debug for Dict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Entries may hold the mapping itself.
        write!(f, "Dict({} entries)", self.len())
    }
}

impl List {
    /// A list of anything.
    pub fn new(items: Vec<Data>) -> Self {
        Self(Rc::new(Items { items, strings: false }))
    }

    /// A list that Go would type as strings.
    pub fn of_strings(items: impl IntoIterator<Item = SmolStr>) -> Self {
        Self(Rc::new(Items { items: items.into_iter().map(Data::Str).collect(), strings: true }))
    }

    /// The items.
    pub fn items(&self) -> &[Data] {
        &self.0.items
    }

    /// Whether Go would type it as strings.
    pub fn is_strings(&self) -> bool {
        self.0.strings
    }
}

impl Dict {
    /// The number of entries.
    pub fn len(&self) -> usize {
        self.0.0.borrow().len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a key.
    pub fn get(&self, key: &str) -> Option<Data> {
        self.0.0.borrow().get(key).cloned()
    }

    /// Sets a key, for everyone who holds the mapping.
    pub fn set(&self, key: impl Into<SmolStr>, value: Data) {
        let value = if matches!(value, Data::Missing) { Data::Nil } else { value };
        self.0.0.borrow_mut().insert(key.into(), value);
    }

    /// Takes a key away.
    pub fn unset(&self, key: &str) {
        self.0.0.borrow_mut().remove(key);
    }

    /// The entries as they are now.
    pub fn entries(&self) -> Vec<(SmolStr, Data)> {
        self.0.0.borrow().iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    /// Whether both are the same mapping.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl FromIterator<(SmolStr, Data)> for Dict {
    fn from_iter<T: IntoIterator<Item = (SmolStr, Data)>>(entries: T) -> Self {
        Self(Rc::new(Entries(RefCell::new(entries.into_iter().collect()))))
    }
}

/// Drops what only this value holds, one level after the other: a template can build values deeper than the stack.
fn unravel(mut pending: Vec<Data>) {
    while let Some(value) = pending.pop() {
        match value {
            Data::List(List(items)) => {
                if let Some(mut items) = Rc::into_inner(items) {
                    pending.append(&mut items.items);
                }
            }
            Data::Map(Dict(entries)) => {
                if let Some(entries) = Rc::into_inner(entries) {
                    pending.extend(entries.0.take().into_values());
                }
            }
            _ => {}
        }
    }
}

impl Drop for Items {
    fn drop(&mut self) {
        unravel(std::mem::take(&mut self.items));
    }
}

impl Drop for Entries {
    fn drop(&mut self) {
        unravel(self.0.take().into_values().collect());
    }
}

impl Data {
    /// A string.
    pub fn string(text: impl Into<SmolStr>) -> Self {
        Self::Str(text.into())
    }

    /// A list of anything.
    pub fn list(items: Vec<Self>) -> Self {
        Self::List(List::new(items))
    }

    /// A list of strings.
    pub fn strings(items: impl IntoIterator<Item = SmolStr>) -> Self {
        Self::List(List::of_strings(items))
    }

    /// Whether there is nothing.
    pub fn is_nil(&self) -> bool {
        matches!(self, Self::Missing | Self::Nil)
    }

    /// Whether `if` takes the value for true: not nil, zero or empty.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Missing | Self::Nil => false,
            Self::Bool(truth) => *truth,
            Self::Int(int) | Self::Int64(int) => *int != 0,
            Self::Float(float) => *float != 0.0,
            Self::Str(text) => !text.is_empty(),
            Self::List(list) => !list.items().is_empty(),
            Self::Map(dict) => !dict.is_empty(),
            Self::Duration(duration) => duration.0 != 0,
            Self::Time(_) | Self::Version(_) => true,
        }
    }

    /// The name of its type in Go.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Missing | Self::Nil => "<nil>",
            Self::Bool(_) => "bool",
            Self::Int(_) => "int",
            Self::Int64(_) => "int64",
            Self::Float(_) => "float64",
            Self::Str(_) => "string",
            Self::List(list) if list.is_strings() => "[]string",
            Self::List(_) => "[]interface {}",
            Self::Map(_) => "map[string]interface {}",
            Self::Time(_) => "time.Time",
            Self::Duration(_) => "time.Duration",
            Self::Version(_) => "*semver.Version",
        }
    }

    /// The kind of its type in Go.
    pub fn kind_name(&self) -> &'static str {
        match self {
            Self::Missing | Self::Nil => "invalid",
            Self::List(_) => "slice",
            Self::Map(_) => "map",
            Self::Time(_) => "struct",
            Self::Duration(_) => "int64",
            Self::Version(_) => "ptr",
            other => other.type_name(),
        }
    }
}

impl From<bool> for Data {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl From<&str> for Data {
    fn from(value: &str) -> Self {
        Self::Str(value.into())
    }
}

impl From<String> for Data {
    fn from(value: String) -> Self {
        Self::Str(value.into())
    }
}
