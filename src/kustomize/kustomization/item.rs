//! A place in a configuration: in the text of a kustomization file, or in the object that configures a plugin.
//!
//! Owns what is the same for both. A given value knows by its origin where it was written. Must not know the fields, nor how strictly they are read.

use std::sync::LazyLock;

use smol_str::{SmolStr, ToSmolStr as _};

use super::super::{file::Files, inline::Translation};
use crate::{
    text::Span,
    yaml::{Content, Kind, Node, Style, Type, Value, scalar},
};

/// A value of a configuration.
#[derive(Clone, Copy, Debug)]
pub(in super::super) enum Item<'a> {
    /// As it is written in a kustomization file. Aliases are followed.
    Written(Node<'a>),
    /// In the configuration of a plugin, or in a kustomization that a controller has put together.
    Given(&'a Value),
}

impl<'a> Item<'a> {
    /// What a plugin is not told.
    pub(super) fn nothing() -> Self {
        static NOTHING: LazyLock<Value> = LazyLock::new(Value::null);
        Self::Given(&NOTHING)
    }

    pub(super) fn kind(self) -> Kind {
        match self {
            Self::Written(node) => node.kind(),
            Self::Given(value) => match value.content {
                Content::Scalar(_) => Kind::Scalar,
                Content::Sequence(_) => Kind::Sequence,
                Content::Mapping(_) => Kind::Mapping,
            },
        }
    }

    /// The text of a scalar of any type.
    pub(in super::super) fn text(self) -> Option<&'a str> {
        match self {
            Self::Written(node) => node.text(),
            Self::Given(value) => value.as_scalar().map(|scalar| scalar.text.as_str()),
        }
    }

    pub(super) fn scalar_type(self) -> Option<Type> {
        match self {
            Self::Written(node) => node.scalar_type(),
            Self::Given(value) => value.as_scalar().map(|scalar| scalar.kind),
        }
    }

    pub(super) fn is_null(self) -> bool {
        self.scalar_type() == Some(Type::Null)
    }

    pub(in super::super) fn as_bool(self) -> Option<bool> {
        match self {
            Self::Written(node) => node.as_bool(),
            Self::Given(value) => value.as_bool(),
        }
    }

    /// Whether it is written as a boolean of YAML 1.1, such as `yes`.
    pub(super) fn is_old_bool(self, files: &Files) -> bool {
        let is_plain = |node: Node<'_>| (node.style() == Some(Style::Plain)).then_some(());
        self.scalar_type() == Some(Type::String)
            && self.text().is_some_and(|text| scalar::parse_old_bool(text).is_some())
            && self.written(files, is_plain).is_some()
    }

    /// Looks at the node that the item was written as, if there is one with this text.
    pub(super) fn written<T>(self, files: &Files, look: impl FnOnce(Node<'_>) -> Option<T>) -> Option<T> {
        match self {
            Self::Written(node) => look(node),
            Self::Given(value) => {
                let file = files.get(value.origin.file)?;
                let node = file.stream().ok()?.node_at(value.origin.offset)?;
                look(node).filter(|_| node.text() == self.text())
            }
        }
    }

    /// What the item is where a string is wanted; `None` if it cannot be one.
    pub(super) fn as_string(self) -> Option<SmolStr> {
        let text = self.text()?;
        match (self.scalar_type()?, self) {
            (Type::Null, _) => Some(SmolStr::default()),
            (Type::String | Type::Timestamp | Type::Merge | Type::Binary, _) => Some(text.into()),
            (_, Self::Written(_)) => None,
            (Type::Bool, Self::Given(_)) => Some(text.to_ascii_lowercase().into()),
            (Type::Int, Self::Given(_)) => Some(scalar::parse_int(text)?.to_smolstr()),
            (Type::Float, Self::Given(_)) => {
                let number = scalar::parse_float(text)?;
                Some(whole_number(number).map_or_else(|| float_text(number), |number| number.to_smolstr()))
            }
        }
    }

    /// An integer that is written as a number. In the configuration of a plugin `5.0` is one, too.
    pub(super) fn as_integer(self) -> Option<i64> {
        let text = self.text()?;
        match (self.scalar_type()?, self) {
            (Type::Int, _) => i64::try_from(scalar::parse_int(text)?).ok(),
            (Type::Float, Self::Given(_)) => whole_number(scalar::parse_float(text)?),
            _ => None,
        }
    }

    /// The value of a key in a mapping: under the exact name, else under the same name in another case.
    pub(in super::super) fn get(self, name: &str) -> Option<Self> {
        let is_folded = |key: &str| key.eq_ignore_ascii_case(name);
        match self {
            Self::Written(node) => {
                // A field that stands twice has its last value.
                let written = node.entries().rev().find(|entry| entry.key.text() == Some(name));
                let exact = written.map(|entry| entry.value).or_else(|| node.get(name));
                let folded = || node.entries().rev().find(|entry| entry.key.text().is_some_and(is_folded));
                exact.or_else(|| folded().map(|entry| entry.value)).map(|node| Self::Written(node.follow()))
            }
            Self::Given(value) => {
                let mapping = value.as_mapping()?;
                let folded = || mapping.iter().find(|(key, _)| is_folded(key)).map(|(_, value)| value);
                mapping.get(name).or_else(folded).map(Self::Given)
            }
        }
    }

    /// The items of a list; none for other kinds.
    pub(super) fn items(self) -> Vec<Self> {
        match self {
            Self::Written(node) => node.items().map(|item| Self::Written(item.follow())).collect(),
            Self::Given(value) => value.as_sequence().unwrap_or_default().iter().map(Self::Given).collect(),
        }
    }

    /// What an alias stands for, else the same.
    pub(super) fn follow(self) -> Self {
        match self {
            Self::Written(node) => Self::Written(node.follow()),
            Self::Given(_) => self,
        }
    }

    /// The entries of a mapping as they stand there; none for other kinds.
    pub(super) fn entries(self) -> Vec<(&'a str, Self)> {
        match self {
            Self::Written(node) => {
                let entries = node.entries();
                entries
                    .filter(|entry| entry.key.scalar_type() != Some(Type::Merge))
                    .map(|entry| (entry.key.text().unwrap_or_default(), Self::Written(entry.value)))
                    .collect()
            }
            Self::Given(value) => {
                let entries = value.as_mapping().into_iter().flatten();
                entries.map(|(key, value)| (key.as_str(), Self::Given(value))).collect()
            }
        }
    }

    /// How places in the text of this scalar become places in the file that holds it.
    pub(super) fn translation(self, files: &Files, span: Span) -> Translation {
        self.written(files, |node| Some(Translation::of(node))).unwrap_or_else(|| Translation::to(span))
    }
}

/// The integer that a floating point number is, if it is one: such numbers go through JSON, where `1e3` and `1000` are the same.
#[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
fn whole_number(number: f64) -> Option<i64> {
    (number.fract() == 0.0 && number.abs() < 9e18).then_some(number as i64)
}

/// A number as Go writes it with as few digits as a single needs, which is how kustomize makes strings of numbers: `1.20` becomes `1.2`.
#[allow(clippy::cast_possible_truncation, reason = "Go loses the same digits")]
fn float_text(number: f64) -> SmolStr {
    let single = number as f32;
    let scientific = format!("{single:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..6).contains(&exponent) && single.is_finite() => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.abs()).into()
        }
        _ => single.to_smolstr(),
    }
}
