//! A value together with its bytes.
//!
//! Travels through serde as a struct of a private name, which only the deserializer of this module knows.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor, value::U32Deserializer},
};

use super::{deserializer::NodeDeserializer, fault::Fault};
use crate::text::Span;

/// A value and the bytes where it is written. Equality and order are those of the value and then of the place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Its bytes.
    pub span: Span,
}

pub(super) const NAME: &str = "$treewright::Spanned";

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_struct(NAME, &[], Parts(PhantomData))
    }
}

struct Parts<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Parts<T> {
    type Value = Spanned<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value with a place, which only the YAML reader gives")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut parts: A) -> Result<Spanned<T>, A::Error> {
        let absent = || A::Error::custom("a place is only known when YAML is read directly");
        let start = parts.next_element()?.ok_or_else(absent)?;
        let end = parts.next_element()?.ok_or_else(absent)?;
        let value = parts.next_element()?.ok_or_else(absent)?;
        Ok(Spanned { value, span: Span { start, end } })
    }

    fn visit_map<A: MapAccess<'de>>(self, _: A) -> Result<Spanned<T>, A::Error> {
        Err(A::Error::custom("a place is only known when YAML is read directly"))
    }
}

/// Gives the start, the end and the value.
pub(super) struct SpannedParts<'s, 'b> {
    pub node: NodeDeserializer<'s, 'b>,
    pub next: u8,
}

impl<'s> SeqAccess<'s> for SpannedParts<'s, '_> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'s>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.next += 1;
        let number = |number| U32Deserializer::<Fault>::new(number);
        let span = self.node.span();
        match self.next {
            1 => seed.deserialize(number(span.start)).map(Some),
            2 => seed.deserialize(number(span.end)).map(Some),
            3 => seed.deserialize(self.node).map(Some),
            _ => Ok(None),
        }
    }
}
