//! Floating point numbers in Go's forms.

/// The shortest digits that read back as the number, and the place of the point: the number is `0.digits × 10^point`.
fn digits(float: f64) -> (String, i32) {
    let text = format!("{:e}", float.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    (mantissa.replace('.', ""), exponent.parse::<i32>().unwrap_or_default() + 1)
}

fn special(float: f64) -> Option<&'static str> {
    match float {
        float if float.is_nan() => Some("NaN"),
        f64::INFINITY => Some("+Inf"),
        f64::NEG_INFINITY => Some("-Inf"),
        _ => None,
    }
}

/// `%v`: an exponent below 1e-4 and from 1e6.
pub fn shortest(float: f64) -> String {
    if let Some(text) = special(float) {
        return text.to_owned();
    }
    let (_, point) = digits(float);
    let exponent_of = point - 1;
    if float != 0.0 && !(-4..6).contains(&exponent_of) { exponent(float, None) } else { format!("{float}") }
}

/// `%g`: an exponent below 1e-4 and from the precision on, 6 without one.
pub fn general(float: f64, precision: Option<usize>) -> String {
    let Some(precision) = precision else { return shortest(float) };
    if let Some(text) = special(float) {
        return text.to_owned();
    }
    let precision = precision.max(1);
    // Rounding may raise the exponent, so it is read from the rounded form.
    let rounded = format!("{float:.*e}", precision - 1);
    let exponent_of =
        rounded.rsplit_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok()).unwrap_or_default();
    let precise = i32::try_from(precision).unwrap_or(i32::MAX);
    let rounded: f64 = rounded.parse().unwrap_or(float);
    let (digits, _) = digits(rounded);
    let limit = if precision > digits.len() && i32::try_from(digits.len()).unwrap_or(0) > exponent_of {
        i32::try_from(digits.len()).unwrap_or(precise)
    } else {
        precise
    };
    if float != 0.0 && (exponent_of < -4 || exponent_of >= limit) {
        exponent(rounded, None)
    } else {
        format!("{rounded}")
    }
}

/// `%e`: with a signed exponent of at least two digits.
pub fn exponent(float: f64, precision: Option<usize>) -> String {
    if let Some(text) = special(float) {
        return text.to_owned();
    }
    let text = match precision {
        Some(precision) => format!("{float:.precision$e}"),
        None => format!("{float:e}"),
    };
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    format!("{mantissa}e{sign}{exponent:0>2}")
}

/// What `encoding/json` writes: an exponent below 1e-6 and from 1e21, without a leading zero.
pub fn json_float(float: f64) -> String {
    let size = float.abs();
    if size != 0.0 && !(1e-6..1e21).contains(&size) {
        exponent(float, None).replace("e-0", "e-")
    } else {
        format!("{float}")
    }
}
