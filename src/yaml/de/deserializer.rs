//! The serde deserializer over nodes.
//!
//! Must not know how errors are worded for people, save for scalars of a wrong type.

use std::{cell::Cell, collections::HashSet, vec};

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};

use super::{
    fault::Fault,
    spanned::{NAME, SpannedParts},
};
use crate::{
    text::Span,
    yaml::{
        expand::ExpandError,
        node::{Entry, Kind, Node},
        scalar::{Type, parse_float, parse_int},
    },
};

/// Reads one node. The budget counts nodes, so that aliases cannot multiply them without end.
#[derive(Clone, Copy)]
pub(super) struct NodeDeserializer<'s, 'b> {
    node: Node<'s>,
    budget: &'b Cell<usize>,
}

impl<'s, 'b> NodeDeserializer<'s, 'b> {
    pub fn new(node: Node<'s>, budget: &'b Cell<usize>) -> Self {
        Self { node, budget }
    }

    pub fn span(self) -> Span {
        self.node.span()
    }

    fn spend(self) -> Result<(), Fault> {
        match self.budget.get().checked_sub(1) {
            Some(left) => {
                self.budget.set(left);
                Ok(())
            }
            None => Err(Fault::custom(ExpandError::TooLarge(self.node.span())).at(self.node)),
        }
    }

    /// Reads the node by `read`; an error without a place gets this one.
    fn read<T>(self, read: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
        self.spend()?;
        read().map_err(|fault| fault.at(self.node))
    }

    fn scalar<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
        let text = self.node.text().unwrap_or_default();
        match self.node.scalar_type().unwrap_or(Type::Null) {
            Type::Null => visitor.visit_unit(),
            Type::Bool => visitor.visit_bool(text.eq_ignore_ascii_case("true")),
            Type::Int => integer(text, visitor),
            Type::Float => match parse_float(text) {
                Some(value) => visitor.visit_f64(value),
                None => Err(Fault::custom(format!("`{text}` is not a number"))),
            },
            Type::String | Type::Timestamp | Type::Binary | Type::Merge => visitor.visit_borrowed_str(text),
        }
    }

    fn any<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.kind() {
            Kind::Scalar => self.scalar(visitor),
            Kind::Sequence => self.items(visitor),
            Kind::Mapping => self.entries(visitor),
        }
    }

    fn items<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
        let items: Vec<Node<'s>> = self.node.items().collect();
        visitor.visit_seq(Items { items: items.into_iter(), budget: self.budget })
    }

    fn entries<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
        let rest = self.merged_entries()?.into_iter();
        let mut entries = Entries { rest, open: None, budget: self.budget };
        let read = visitor.visit_map(&mut entries);
        // A key whose value was not asked for is the one that the visitor stumbled over.
        read.map_err(|fault| match entries.open {
            Some(entry) => fault.at(entry.key),
            None => fault,
        })
    }

    /// The entries with those that merge keys bring in: keys written here win, of several sources the first.
    fn merged_entries(self) -> Result<Vec<Entry<'s>>, Fault> {
        let is_merge = |entry: &Entry<'_>| entry.key.scalar_type() == Some(Type::Merge);
        let mut entries: Vec<Entry<'s>> = self.node.entries().filter(|entry| !is_merge(entry)).collect();
        let mut merges = self.node.entries().filter(is_merge).peekable();
        if merges.peek().is_none() {
            return Ok(entries);
        }
        let mut seen: HashSet<&str> = entries.iter().filter_map(|entry| entry.key.text()).collect();
        for merge in merges {
            let sources = if merge.value.is_sequence() { merge.value.items().collect() } else { vec![merge.value] };
            for source in sources {
                if !source.is_mapping() {
                    return Err(Fault::custom(ExpandError::MergeNotMapping(source.span())).at(source));
                }
                let source = Self::new(source, self.budget);
                source.spend()?;
                for entry in source.merged_entries()? {
                    source.spend()?;
                    if entry.key.text().is_none_or(|key| seen.insert(key)) {
                        entries.push(entry);
                    }
                }
            }
        }
        Ok(entries)
    }

    /// The text of a string; other scalars are refused with the advice to quote them.
    fn string(self) -> Result<&'s str, Fault> {
        if let Some(text) = self.node.as_str() {
            return Ok(text);
        }
        let source = self.node.follow().source();
        let kind = match self.node.scalar_type() {
            _ if self.node.is_absent() => return Err(Fault::custom("expected a string, found nothing")),
            None if self.node.is_sequence() => return Err(Fault::custom("expected a string, found a list")),
            None => return Err(Fault::custom("expected a string, found a mapping")),
            Some(Type::Null) => return Err(Fault::custom("expected a string, found null")),
            Some(Type::Bool) => "boolean",
            Some(Type::Int) => "integer",
            Some(Type::Float) => "number",
            Some(Type::Timestamp) => "date",
            Some(Type::Merge) => "merge key",
            Some(Type::Binary | Type::String) => "binary value",
        };
        let message = format!("expected a string, found the {kind} `{source}`");
        Err(Fault::new(message, Some(format!("quote it: `\"{source}\"`"))))
    }
}

/// Gives an integer in the smallest type that holds it, unsigned first.
fn integer<'s, V: Visitor<'s>>(text: &str, visitor: V) -> Result<V::Value, Fault> {
    let Some(value) = parse_int(text) else { return Err(Fault::custom(format!("`{text}` is not an integer"))) };
    match (u64::try_from(value), i64::try_from(value)) {
        (Ok(value), _) => visitor.visit_u64(value),
        (_, Ok(value)) => visitor.visit_i64(value),
        _ => visitor.visit_i128(value),
    }
}

macro_rules! by_type {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.read(|| self.any(visitor))
        })*
    };
}

macro_rules! by_text {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.read(|| visitor.visit_borrowed_str(self.string()?))
        })*
    };
}

impl<'s> Deserializer<'s> for NodeDeserializer<'s, '_> {
    type Error = Fault;

    by_type! {
        deserialize_any deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64
        deserialize_unit deserialize_bytes deserialize_byte_buf
    }

    by_text! { deserialize_str deserialize_string deserialize_char deserialize_identifier }

    fn deserialize_option<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
        if self.node.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_unit_struct<V: Visitor<'s>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'s>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        self.read(|| visitor.visit_newtype_struct(self))
    }

    fn deserialize_seq<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.read(|| if self.node.is_null() { self.items(visitor) } else { self.any(visitor) })
    }

    fn deserialize_tuple<V: Visitor<'s>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'s>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_any(visitor)
    }

    fn deserialize_map<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.read(|| if self.node.is_null() { self.entries(visitor) } else { self.any(visitor) })
    }

    fn deserialize_struct<V: Visitor<'s>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if name == NAME {
            return visitor.visit_seq(SpannedParts { node: self, next: 0 });
        }
        self.read(|| match self.node.kind() {
            // A list would be taken for the fields in their order.
            Kind::Sequence => Err(Fault::invalid_type(Unexpected::Seq, &visitor)),
            _ => self.any(visitor),
        })
    }

    fn deserialize_enum<V: Visitor<'s>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.read(|| match self.node.kind() {
            Kind::Scalar => {
                self.string()?;
                visitor.visit_enum(Variant { name: self, content: None })
            }
            Kind::Sequence => Err(Fault::invalid_type(Unexpected::Seq, &visitor)),
            Kind::Mapping => match self.merged_entries()?.as_slice() {
                [entry] => visitor.visit_enum(Variant {
                    name: Self::new(entry.key, self.budget),
                    content: Some(Self::new(entry.value, self.budget)),
                }),
                entries => Err(Fault::custom(format!("expected a single key here, found {}", entries.len()))),
            },
        })
    }

    fn deserialize_ignored_any<V: Visitor<'s>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }
}

struct Items<'s, 'b> {
    items: vec::IntoIter<Node<'s>>,
    budget: &'b Cell<usize>,
}

impl<'s> SeqAccess<'s> for Items<'s, '_> {
    type Error = Fault;

    fn next_element_seed<S: DeserializeSeed<'s>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        self.items.next().map(|item| seed.deserialize(NodeDeserializer::new(item, self.budget))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct Entries<'s, 'b> {
    rest: vec::IntoIter<Entry<'s>>,
    /// The entry whose key was read and whose value is next.
    open: Option<Entry<'s>>,
    budget: &'b Cell<usize>,
}

impl<'s> MapAccess<'s> for Entries<'s, '_> {
    type Error = Fault;

    fn next_key_seed<S: DeserializeSeed<'s>>(&mut self, seed: S) -> Result<Option<S::Value>, Fault> {
        let Some(entry) = self.rest.next() else { return Ok(None) };
        self.open = Some(entry);
        seed.deserialize(NodeDeserializer::new(entry.key, self.budget)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'s>>(&mut self, seed: S) -> Result<S::Value, Fault> {
        let entry = self.open.take().ok_or_else(|| Fault::custom("a value is asked for before its key"))?;
        seed.deserialize(NodeDeserializer::new(entry.value, self.budget))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.rest.len())
    }
}

/// A variant of an enum: its name alone, or as the single key of a mapping.
struct Variant<'s, 'b> {
    name: NodeDeserializer<'s, 'b>,
    content: Option<NodeDeserializer<'s, 'b>>,
}

impl<'s, 'b> Variant<'s, 'b> {
    fn content(self, expected: &str) -> Result<NodeDeserializer<'s, 'b>, Fault> {
        match self.content {
            Some(content) => Ok(content),
            None => Err(Fault::custom(format!("`{}` needs {expected}", self.name.string()?)).at(self.name.node)),
        }
    }
}

impl<'s> EnumAccess<'s> for Variant<'s, '_> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'s>>(self, seed: S) -> Result<(S::Value, Self), Fault> {
        Ok((seed.deserialize(self.name)?, self))
    }
}

impl<'s> VariantAccess<'s> for Variant<'s, '_> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.content {
            Some(content) if !content.node.is_null() => {
                Err(Fault::custom(format!("`{}` takes no value", self.name.string()?)).at(content.node))
            }
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'s>>(self, seed: S) -> Result<S::Value, Fault> {
        seed.deserialize(self.content("a value")?)
    }

    fn tuple_variant<V: Visitor<'s>>(self, length: usize, visitor: V) -> Result<V::Value, Fault> {
        self.content("a list")?.deserialize_tuple(length, visitor)
    }

    fn struct_variant<V: Visitor<'s>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.content("a mapping")?.deserialize_struct("", fields, visitor)
    }
}
