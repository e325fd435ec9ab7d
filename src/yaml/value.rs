//! Owned YAML values: what is left of a document when anchors are expanded and only meaning counts, with the place each part came from.
//!
//! Owns the tree that kustomize transforms and the printers print. Scalars keep their text beside their type, as kustomize's own nodes do, because
//! what `0777` becomes depends on where it is printed. Must not know files: an [`Origin`] names its file by number, and whoever loads files keeps
//! the table.

use foldhash::fast::RandomState;
use indexmap::IndexMap;
use smol_str::SmolStr;

use super::scalar::{Type, resolve_plain};

/// The number of a file in the table of whoever loads files.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(pub u32);

/// Where a value was written. It moves with the value when a patch, an overlay or a generator brings it in, so a rendered field still knows the line that set
/// it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// The file.
    pub file: FileId,
    /// The byte offset of the value in that file.
    pub offset: u32,
}

impl Origin {
    /// For values that stand in no file.
    pub const NONE: Self = Self { file: FileId(u32::MAX), offset: 0 };

    /// Whether the value stands in a file.
    pub fn is_some(self) -> bool {
        self != Self::NONE
    }
}

/// A mapping in the order of its text. Keys are strings: kustomize refuses all others.
pub type Mapping = IndexMap<SmolStr, Value, RandomState>;

/// A scalar: its text after unquoting and unfolding, and its type. Equality ignores the quotes.
#[derive(Clone, Debug)]
pub struct Scalar {
    /// The text.
    pub text: SmolStr,
    /// The type, resolved from text, quotes and tag.
    pub kind: Type,
    /// Whether it is written in quotes or as a block. kustomize keeps the style of a field when a patch replaces its value, so a number that takes
    /// the place of a quoted string becomes a string itself.
    pub quoted: bool,
}

impl PartialEq for Scalar {
    fn eq(&self, other: &Self) -> bool {
        (&self.text, self.kind) == (&other.text, other.kind)
    }
}

impl Eq for Scalar {}

/// The three kinds of YAML content.
#[derive(Debug, PartialEq, Eq)]
pub enum Content {
    /// A scalar.
    Scalar(Scalar),
    /// A list.
    Sequence(Vec<Value>),
    /// A mapping, which is large; most values are scalars, and should not be.
    Mapping(Box<Mapping>),
}

impl Clone for Content {
    fn clone(&self) -> Self {
        match self {
            Self::Scalar(scalar) => Self::Scalar(scalar.clone()),
            Self::Sequence(items) => Self::Sequence(items.clone()),
            Self::Mapping(mapping) => {
                // A copied map has room for as many entries as its table of hashes, which is twice as many as most have.
                let mut copy = mapping.clone();
                copy.shrink_to_fit();
                Self::Mapping(copy)
            }
        }
    }
}

/// A value and where it was written. Equality ignores the place.
#[derive(Clone, Debug)]
pub struct Value {
    /// What it is.
    pub content: Content,
    /// Where it was written.
    pub origin: Origin,
}

impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        self.content == other.content
    }
}

impl Eq for Value {}

impl Value {
    /// A value from its content, without an origin.
    pub fn new(content: Content) -> Self {
        Self { content, origin: Origin::NONE }
    }

    /// A string, whatever it looks like.
    pub fn string(text: impl Into<SmolStr>) -> Self {
        Self::new(Content::Scalar(Scalar { text: text.into(), kind: Type::String, quoted: false }))
    }

    /// What the text would be as a plain scalar: `1` is an integer, `yes` a string.
    pub fn plain(text: impl Into<SmolStr>) -> Self {
        let text = text.into();
        let kind = resolve_plain(&text);
        Self::new(Content::Scalar(Scalar { text, kind, quoted: false }))
    }

    /// A boolean.
    pub fn bool(value: bool) -> Self {
        Self::plain(if value { "true" } else { "false" })
    }

    /// An integer.
    pub fn int(value: i64) -> Self {
        Self::plain(SmolStr::from(value.to_string()))
    }

    /// Null.
    pub fn null() -> Self {
        Self::plain("null")
    }

    /// A mapping.
    pub fn of_mapping(mapping: Mapping) -> Self {
        Self::new(Content::Mapping(Box::new(mapping)))
    }

    /// An empty mapping.
    pub fn mapping() -> Self {
        Self::of_mapping(Mapping::default())
    }

    /// A list.
    pub fn sequence(items: Vec<Self>) -> Self {
        Self::new(Content::Sequence(items))
    }

    /// The same value, said to be written at `origin`.
    #[must_use]
    pub fn at(mut self, origin: Origin) -> Self {
        self.origin = origin;
        self
    }

    /// Says of the value and of every part of it that it is written at `origin`.
    pub fn set_origins(&mut self, origin: Origin) {
        self.origin = origin;
        match &mut self.content {
            Content::Scalar(_) => {}
            Content::Sequence(items) => items.iter_mut().for_each(|item| item.set_origins(origin)),
            Content::Mapping(mapping) => mapping.values_mut().for_each(|value| value.set_origins(origin)),
        }
    }

    /// The mapping, if it is one.
    pub fn as_mapping(&self) -> Option<&Mapping> {
        if let Content::Mapping(mapping) = &self.content { Some(mapping) } else { None }
    }

    /// The mapping, if it is one, to change it.
    pub fn as_mapping_mut(&mut self) -> Option<&mut Mapping> {
        if let Content::Mapping(mapping) = &mut self.content { Some(mapping) } else { None }
    }

    /// The items, if it is a list.
    pub fn as_sequence(&self) -> Option<&[Self]> {
        if let Content::Sequence(items) = &self.content { Some(items) } else { None }
    }

    /// The items, if it is a list, to change them.
    pub fn as_sequence_mut(&mut self) -> Option<&mut Vec<Self>> {
        if let Content::Sequence(items) = &mut self.content { Some(items) } else { None }
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        if let Content::Scalar(scalar) = &self.content { Some(scalar) } else { None }
    }

    /// The text, if it is a scalar of the string type.
    pub fn as_str(&self) -> Option<&str> {
        self.as_scalar().filter(|scalar| scalar.kind == Type::String).map(|scalar| scalar.text.as_str())
    }

    /// The truth value, if it is a boolean.
    pub fn as_bool(&self) -> Option<bool> {
        let scalar = self.as_scalar().filter(|scalar| scalar.kind == Type::Bool)?;
        Some(scalar.text.eq_ignore_ascii_case("true"))
    }

    /// How much there is of it: one for each node, and one for every 64 bytes of text.
    pub fn weight(&self) -> usize {
        1 + match &self.content {
            Content::Scalar(scalar) => scalar.text.len() / 64,
            Content::Sequence(items) => items.iter().map(Self::weight).sum(),
            Content::Mapping(mapping) => {
                mapping.iter().map(|(key, value)| key.len() / 64 + value.weight()).sum::<usize>()
            }
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        self.as_scalar().is_some_and(|scalar| scalar.kind == Type::Null)
    }

    /// The value of a key, if this is a mapping that has it.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.as_mapping()?.get(key)
    }

    /// The value of a key, to change it.
    pub fn get_mut(&mut self, key: &str) -> Option<&mut Self> {
        self.as_mapping_mut()?.get_mut(key)
    }

    /// The value found by going down a row of keys.
    pub fn pointer(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::string(text)
    }
}

impl FromIterator<(SmolStr, Value)> for Value {
    fn from_iter<T: IntoIterator<Item = (SmolStr, Value)>>(entries: T) -> Self {
        Self::of_mapping(entries.into_iter().collect())
    }
}
