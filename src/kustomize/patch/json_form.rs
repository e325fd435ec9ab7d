//! Values as they come out of JSON.
//!
//! kustomize carries out a JSON patch on the JSON form of an object and reads the result back as YAML. What that changes is done here: numbers are
//! numbers of JSON, quotes are those that the text needs. Must not know patches.

use smol_str::SmolStr;

use crate::yaml::{
    Content, Scalar, Type, Value,
    scalar::{parse_float, parse_int, parse_old_bool, resolve_plain},
};

/// Integers beyond this lose digits, because Go reads the numbers of JSON as floats.
const LARGEST_EXACT: u64 = 1 << 53;

/// From here on a float is written with an exponent.
const LARGEST_WRITTEN_OUT: f64 = 1e21;

/// A value of a patch as JSON has it. kustomize reads patches by YAML 1.1: `yes`, `on` and `y` are `true`, dates are texts.
pub(super) fn in_json_form(mut value: Value) -> Value {
    visit_scalars(&mut value, &mut |scalar| {
        if scalar.kind == Type::Timestamp {
            scalar.kind = Type::String;
        } else if scalar.kind == Type::String
            && !scalar.quoted
            && let Some(truth) = parse_old_bool(&scalar.text)
        {
            scalar.text = SmolStr::new_static(if truth { "true" } else { "false" });
            scalar.kind = Type::Bool;
        }
        normalise(scalar);
    });
    value
}

/// Gives an object the form in which it comes back from a JSON patch.
pub(super) fn restore(object: &mut Value) {
    visit_scalars(object, &mut normalise);
}

/// Whether two values are the same JSON.
pub(super) fn same(first: &Value, second: &Value) -> bool {
    match (&first.content, &second.content) {
        (Content::Scalar(first), Content::Scalar(second)) => {
            let (mut first, mut second) = (first.clone(), second.clone());
            normalise(&mut first);
            normalise(&mut second);
            first == second
        }
        (Content::Sequence(first), Content::Sequence(second)) => {
            first.len() == second.len() && first.iter().zip(second).all(|(first, second)| same(first, second))
        }
        (Content::Mapping(first), Content::Mapping(second)) => {
            first.len() == second.len()
                && first.iter().all(|(key, value)| second.get(key).is_some_and(|other| same(value, other)))
        }
        _ => false,
    }
}

fn visit_scalars(value: &mut Value, visit: &mut impl FnMut(&mut Scalar)) {
    match &mut value.content {
        Content::Scalar(scalar) => visit(scalar),
        Content::Sequence(items) => items.iter_mut().for_each(|item| visit_scalars(item, visit)),
        Content::Mapping(mapping) => mapping.values_mut().for_each(|child| visit_scalars(child, visit)),
    }
}

fn normalise(scalar: &mut Scalar) {
    scalar.quoted = false;
    match scalar.kind {
        Type::Int => match parse_int(&scalar.text) {
            Some(number) if number.unsigned_abs() <= u128::from(LARGEST_EXACT) => {
                scalar.text = SmolStr::from(number.to_string());
            }
            #[expect(clippy::cast_precision_loss, reason = "the loss is what kustomize does")]
            Some(number) => set_float(scalar, number as f64),
            None => {}
        },
        Type::Float => {
            if let Some(number) = parse_float(&scalar.text) {
                set_float(scalar, number);
            }
        }
        Type::Bool => scalar.text = SmolStr::from(scalar.text.to_ascii_lowercase()),
        Type::Null => scalar.text = SmolStr::new_static("null"),
        Type::String => scalar.quoted = needs_quotes(&scalar.text),
        Type::Timestamp | Type::Merge | Type::Binary => {}
    }
}

fn set_float(scalar: &mut Scalar, number: f64) {
    // A whole number comes back without a point, so as an integer; infinities do not exist in JSON and are left to fail in print.
    if number.fract() == 0.0 && number.abs() < LARGEST_WRITTEN_OUT {
        scalar.text = SmolStr::from(format!("{number:.0}"));
        scalar.kind = Type::Int;
    }
}

/// Whether a string cannot come back plain because it would be read as something else. Texts that need quotes only for their punctuation are not told
/// apart; that shows only where a later patch puts a number in their place.
fn needs_quotes(text: &str) -> bool {
    text.contains('\n') || resolve_plain(text) != Type::String || parse_old_bool(text).is_some()
}
