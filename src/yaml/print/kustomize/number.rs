//! The notation of numbers: first Go's JSON, then Go's `%g` by go-yaml.

use std::fmt::Write;

/// Appends an integer.
pub fn push_int(value: i128, out: &mut String) {
    let _ = write!(out, "{value}");
}

/// Appends a finite float. JSON writes a whole number without fraction, so one that fits 64 bits comes back as an integer.
pub fn push_float(value: f64, out: &mut String) {
    if value == 0.0 {
        // `-0` comes back as the integer 0.
        out.push('0');
        return;
    }
    if value.fract() == 0.0 && value.abs() < 1e21 {
        let digits = value.to_string();
        if digits.parse::<i64>().is_ok() || digits.parse::<u64>().is_ok() {
            out.push_str(&digits);
            return;
        }
    }
    push_shortest(value, out);
}

/// Appends the shortest form that reads back as the same float: with an exponent of at least two digits if the decimal exponent is below -4 or above 5.
fn push_shortest(value: f64, out: &mut String) {
    let scientific = format!("{value:e}");
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return };
    match exponent.parse::<i32>() {
        Ok(-4..=5) | Err(_) => {
            let _ = write!(out, "{value}");
        }
        Ok(exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            let _ = write!(out, "{mantissa}e{sign}{:02}", exponent.abs());
        }
    }
}
