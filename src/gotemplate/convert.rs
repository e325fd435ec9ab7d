//! From YAML values to data and back.
//!
//! Owns what a scalar's type becomes. Must not know templates.

use smol_str::SmolStr;

use super::data::{Data, Dict};
use crate::yaml::{
    Content, Scalar, Type, Value,
    scalar::{parse_float, parse_int, parse_old_bool},
};

/// Who reads a document, and so what its scalars become.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reader {
    /// The Kubernetes API: all numbers are `float64`, as Go makes them of JSON, and 1000000 prints as `1e+06`.
    #[default]
    Api,
    /// Go's YAML reader for Kubernetes, over a text: the same, and unquoted `yes` and `no` are booleans.
    Text,
    /// Integers are `int`, as Go's own YAML reader has them.
    Typed,
}

/// Integers below this are exact as floats; above it a float cannot stand for one.
const EXACT: f64 = 9_007_199_254_740_992.0;

impl Data {
    /// The data of a document that went through the Kubernetes API: all numbers are floats.
    pub fn of(value: &Value) -> Self {
        Self::read_by(value, Reader::Api)
    }

    /// The data of a document.
    pub fn read_by(value: &Value, reader: Reader) -> Self {
        match &value.content {
            Content::Scalar(scalar) => of_scalar(scalar, reader),
            Content::Sequence(items) => Self::list(items.iter().map(|item| Self::read_by(item, reader)).collect()),
            Content::Mapping(entries) => Self::Map(
                entries.iter().map(|(key, value)| (key.clone(), Self::read_by(value, reader))).collect::<Dict>(),
            ),
        }
    }

    /// The YAML value, without origins. Errors: the data nests too deeply, or is too large.
    pub fn to_value(&self, max_nodes: usize) -> Result<Value, String> {
        let mut budget = max_nodes;
        to_value(self, 0, &mut budget)
    }
}

#[expect(clippy::cast_precision_loss, reason = "what Go makes of JSON")]
fn of_scalar(scalar: &Scalar, reader: Reader) -> Data {
    let text = &scalar.text;
    match scalar.kind {
        Type::Null => Data::Nil,
        Type::Bool => Data::Bool(text.eq_ignore_ascii_case("true")),
        Type::Int => match (parse_int(text), reader) {
            (Some(int), Reader::Typed) => i64::try_from(int).map_or(Data::Float(int as f64), Data::Int),
            (Some(int), Reader::Api | Reader::Text) => Data::Float(int as f64),
            (None, _) => Data::Str(text.clone()),
        },
        Type::Float => parse_float(text).map_or_else(|| Data::Str(text.clone()), Data::Float),
        Type::String if reader == Reader::Text && !scalar.quoted && parse_old_bool(text).is_some() => {
            Data::Bool(parse_old_bool(text) == Some(true))
        }
        Type::Timestamp | Type::Merge | Type::Binary | Type::String => Data::Str(text.clone()),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "whole and small enough, as was asked before")]
pub(super) fn number_of_float(float: f64) -> Value {
    if float.fract() == 0.0 && float.abs() < EXACT {
        Value::int(float as i64)
    } else {
        Value::plain(super::print::json_float(float))
    }
}

fn to_value(data: &Data, depth: usize, budget: &mut usize) -> Result<Value, String> {
    if depth > super::print::MAX_DEPTH {
        return Err("the value nests too deeply".to_owned());
    }
    *budget = budget.checked_sub(1).ok_or("the value is too large")?;
    Ok(match data {
        Data::Missing | Data::Nil => Value::null(),
        Data::Bool(truth) => Value::bool(*truth),
        Data::Int(int) | Data::Int64(int) => Value::int(*int),
        Data::Float(float) => number_of_float(*float),
        Data::Str(text) => Value::string(text.clone()),
        Data::List(list) => {
            let items = list.items().iter().map(|item| to_value(item, depth + 1, budget));
            Value::sequence(items.collect::<Result<_, _>>()?)
        }
        Data::Map(dict) => {
            let entries = dict.entries().into_iter();
            let entries = entries.map(|(key, value)| Ok((key, to_value(&value, depth + 1, budget)?)));
            entries.collect::<Result<Vec<(SmolStr, Value)>, String>>()?.into_iter().collect()
        }
        Data::Duration(duration) => Value::int(duration.0),
        Data::Time(_) | Data::Version(_) => Value::string(super::print::plain(data, usize::MAX)?),
    })
}
