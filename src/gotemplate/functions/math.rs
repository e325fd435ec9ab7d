//! Numbers: sprig reads them out of anything, and computes with 64 bits.

use super::{Arguments, Group, at_least, between, exactly};
use crate::gotemplate::{data::Data, lex::parse_go_int, print};

/// The most items that `until` and its like make.
const MAX_ITEMS: usize = 100_000;

pub(super) const FUNCTIONS: Group = &[
    exactly("int", 1, |arguments| Ok(Data::Int(to_int(&arguments.any(0))))),
    exactly("int64", 1, |arguments| Ok(Data::Int64(to_int(&arguments.any(0))))),
    exactly("float64", 1, |arguments| Ok(Data::Float(to_float(&arguments.any(0))))),
    exactly("atoi", 1, |arguments| Ok(Data::Int(arguments.string(0)?.parse().unwrap_or(0)))),
    exactly("toDecimal", 1, |arguments| {
        Ok(Data::Int64(i64::from_str_radix(&arguments.text_of(&arguments.any(0))?, 8).unwrap_or(0)))
    }),
    exactly("add1", 1, |arguments| Ok(Data::Int64(to_int(&arguments.any(0)).wrapping_add(1)))),
    at_least("add", 0, |arguments| Ok(Data::Int64(arguments.all().iter().map(to_int).fold(0, i64::wrapping_add)))),
    exactly("sub", 2, |arguments| Ok(Data::Int64(to_int(&arguments.any(0)).wrapping_sub(to_int(&arguments.any(1)))))),
    exactly("div", 2, |arguments| divided(arguments, i64::wrapping_div)),
    exactly("mod", 2, |arguments| divided(arguments, i64::wrapping_rem)),
    at_least("mul", 1, |arguments| Ok(Data::Int64(arguments.all().iter().map(to_int).fold(1, i64::wrapping_mul)))),
    exactly("add1f", 1, |arguments| Ok(Data::Float(tidy(to_float(&arguments.any(0)) + 1.0)))),
    at_least("addf", 0, |arguments| Ok(Data::Float(tidy(arguments.all().iter().map(to_float).sum())))),
    at_least("subf", 1, |arguments| Ok(fold(arguments, |a, b| a - b))),
    at_least("mulf", 1, |arguments| Ok(fold(arguments, |a, b| a * b))),
    at_least("divf", 1, |arguments| {
        if arguments.from(1).iter().any(|value| to_float(value) == 0.0) {
            return Err("division by zero".to_owned());
        }
        Ok(fold(arguments, |a, b| a / b))
    }),
    at_least("max", 1, |arguments| Ok(Data::Int64(arguments.all().iter().map(to_int).max().unwrap_or(0)))),
    at_least("biggest", 1, |arguments| Ok(Data::Int64(arguments.all().iter().map(to_int).max().unwrap_or(0)))),
    at_least("min", 1, |arguments| Ok(Data::Int64(arguments.all().iter().map(to_int).min().unwrap_or(0)))),
    at_least("maxf", 1, |arguments| Ok(fold(arguments, f64::max))),
    at_least("minf", 1, |arguments| Ok(fold(arguments, f64::min))),
    exactly("ceil", 1, |arguments| Ok(Data::Float(to_float(&arguments.any(0)).ceil()))),
    exactly("floor", 1, |arguments| Ok(Data::Float(to_float(&arguments.any(0)).floor()))),
    between("round", 2, 3, round),
    exactly("until", 1, |arguments| {
        let count = arguments.int(0)?;
        steps(arguments, 0, count, if count < 0 { -1 } else { 1 }).map(Data::list)
    }),
    exactly("untilStep", 3, |arguments| {
        let (start, stop, step) = (arguments.int(0)?, arguments.int(1)?, arguments.int(2)?);
        steps(arguments, start, stop, step).map(Data::list)
    }),
    at_least("seq", 0, sequence),
];

fn divided(arguments: &mut Arguments, operation: fn(i64, i64) -> i64) -> Result<Data, String> {
    match (to_int(&arguments.any(0)), to_int(&arguments.any(1))) {
        (_, 0) => Err("division by zero".to_owned()),
        (a, b) => Ok(Data::Int64(operation(a, b))),
    }
}

fn fold(arguments: &Arguments, operation: fn(f64, f64) -> f64) -> Data {
    let result = arguments.all().iter().map(to_float).reduce(operation).unwrap_or_default();
    Data::Float(tidy(result))
}

/// sprig computes in decimals of 16 places, so the last digit of a quotient may differ: `0.1 + 0.2` is `0.3`. What binary arithmetic adds stands behind the fifteenth digit.
fn tidy(float: f64) -> f64 {
    if !float.is_finite() {
        return float;
    }
    let text = format!("{float:.14e}");
    let digits = text.split('e').next().map_or(0, |mantissa| mantissa.trim_end_matches('0').len());
    // What fills all digits is periodic, or was long from the start.
    if digits > 14 { float } else { text.parse().unwrap_or(float) }
}

/// An integer out of anything; 0 if there is none.
#[expect(clippy::cast_possible_truncation, reason = "so does Go")]
pub(super) fn to_int(value: &Data) -> i64 {
    match value {
        Data::Int(int) | Data::Int64(int) => *int,
        Data::Duration(duration) => duration.0,
        Data::Float(float) => *float as i64,
        Data::Bool(truth) => i64::from(*truth),
        Data::Str(text) => {
            let whole = text.trim_end_matches('0').strip_suffix('.').filter(|_| text.ends_with('0')).unwrap_or(text);
            parse_go_int(whole).unwrap_or(0)
        }
        _ => 0,
    }
}

/// A float out of anything; 0 if there is none.
#[expect(clippy::cast_precision_loss, reason = "so does Go")]
fn to_float(value: &Data) -> f64 {
    match value {
        Data::Int(int) | Data::Int64(int) => *int as f64,
        Data::Float(float) => *float,
        Data::Bool(truth) => f64::from(u8::from(*truth)),
        Data::Str(text) => text.parse().unwrap_or(0.0),
        _ => 0.0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "so does Go")]
fn round(arguments: &mut Arguments) -> Result<Data, String> {
    let value = to_float(&arguments.any(0));
    let places = arguments.int(1)?;
    let threshold = match arguments.any(2) {
        Data::Float(float) => float,
        Data::Int(int) => int as f64,
        Data::Missing => 0.5,
        other => return Err(format!("argument 3 must be a float64, not {}", other.type_name())),
    };
    let scale = 10_f64.powf(places as f64);
    let scaled = value * scale;
    let rounded = if scaled.fract() >= threshold { scaled.ceil() } else { scaled.floor() };
    Ok(Data::Float(rounded / scale))
}

fn steps(arguments: &mut Arguments, start: i64, stop: i64, step: i64) -> Result<Vec<Data>, String> {
    let mut items = Vec::new();
    let mut at = start;
    if step == 0 || (stop < start) != (step < 0) {
        return Ok(items);
    }
    while if step < 0 { at > stop } else { at < stop } {
        if items.len() == MAX_ITEMS {
            return Err(format!("more than {MAX_ITEMS} numbers"));
        }
        items.push(Data::Int(at));
        at = at.saturating_add(step);
    }
    arguments.spend(items.len())?;
    Ok(items)
}

fn sequence(arguments: &mut Arguments) -> Result<Data, String> {
    let numbers = (0..arguments.len()).map(|index| arguments.int(index)).collect::<Result<Vec<_>, _>>()?;
    let (start, step, end) = match numbers[..] {
        [end] => (1, None, end),
        [start, end] => (start, None, end),
        [start, step, end] => (start, Some(step), end),
        _ => return Ok("".into()),
    };
    let direction = if end < start { -1 } else { 1 };
    if step.is_some_and(|step| direction < 0 && step > 0) {
        return Ok("".into());
    }
    let items = steps(arguments, start, end.saturating_add(direction), step.unwrap_or(direction))?;
    let texts: Vec<String> = items.iter().map(print::scalar).collect();
    Ok(texts.join(" ").into())
}
