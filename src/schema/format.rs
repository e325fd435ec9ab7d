//! The formats that schemas may name, and what each demands in words.
//!
//! Kubernetes' and Go's own notations stand beside those of JSON Schema; where both know a name (`duration`), Go's counts, because that is what the
//! controllers read. Must not know schemas.

use base64::Engine as _;
use jsonschema::ValidationOptions;

/// A format of our own.
struct Format {
    name: &'static str,
    check: fn(&str) -> bool,
    /// Completes "must be …".
    words: &'static str,
}

const FORMATS: &[Format] = &[
    Format { name: "byte", check: is_base64, words: "base64" },
    Format {
        name: "cron",
        check: is_cron,
        words: "a cron schedule of five fields, such as `0 3 * * 1`, or `@daily` and the like",
    },
    Format { name: "duration", check: is_duration, words: "a duration such as `30s`, `10m` or `1h30m`" },
    Format { name: "hostname", check: is_hostname, words: "a host name such as `hub.example.org`" },
    Format {
        name: "label-value",
        check: is_label_value,
        words: "a label value: at most 63 letters, digits, `-`, `_` and `.`, a letter or digit first and last",
    },
    Format { name: "quantity", check: is_quantity, words: "a quantity such as `500m`, `2` or `1Gi`" },
    Format {
        name: "rfc1123-label",
        check: is_dns_label,
        words: "a DNS label: at most 63 lower-case letters, digits and `-`, a letter or digit first and last",
    },
    Format {
        name: "rfc1123-subdomain",
        check: is_dns_subdomain,
        words: "a DNS name: lower-case letters, digits, `-` and `.`, a letter or digit first and last in each part",
    },
    Format { name: "uri", check: is_uri, words: "a URL with its scheme, such as `https://example.org`" },
];

/// What JSON Schema's own formats demand, completing "must be …".
const STANDARD: &[(&str, &str)] = &[
    ("date", "a date such as `2026-01-31`"),
    ("date-time", "a point in time such as `2026-01-31T12:00:00Z`"),
    ("email", "an e-mail address"),
    ("ipv4", "an IPv4 address"),
    ("ipv6", "an IPv6 address"),
    ("regex", "a regular expression"),
    ("time", "a time such as `12:00:00Z`"),
    ("uuid", "a UUID"),
];

/// Adds the formats to the options of a validator.
pub(super) fn register(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    FORMATS.iter().fold(options, |options, format| options.with_format(format.name, format.check))
}

/// What a format demands, completing "must be …".
pub(super) fn words(name: &str) -> String {
    let own = FORMATS.iter().find(|format| format.name == name).map(|format| format.words);
    let standard = || STANDARD.iter().find(|(standard, _)| *standard == name).map(|(_, words)| *words);
    own.or_else(standard).map_or_else(|| format!("of the format `{name}`"), str::to_owned)
}

/// Standard base64 with padding; line breaks are skipped, as Go's decoder does.
fn is_base64(text: &str) -> bool {
    let text: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    base64::engine::general_purpose::STANDARD.decode(text).is_ok()
}

/// RFC 1123, as Kubernetes demands it of most names that become DNS labels.
pub fn is_dns_label(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    (1..=63).contains(&text.len())
        && text.bytes().all(|byte| allowed(byte) || byte == b'-')
        && text.bytes().next().is_some_and(allowed)
        && text.bytes().last().is_some_and(allowed)
}

/// Labels joined by dots; Kubernetes limits the whole, not the parts.
pub fn is_dns_subdomain(text: &str) -> bool {
    let part = |part: &str| {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        part.bytes().all(|byte| allowed(byte) || byte == b'-')
            && part.bytes().next().is_some_and(allowed)
            && part.bytes().last().is_some_and(allowed)
    };
    text.len() <= 253 && text.split('.').all(part)
}

fn is_hostname(text: &str) -> bool {
    text.len() <= 253 && text.to_ascii_lowercase().split('.').all(is_dns_label)
}

/// Whether Kubernetes takes a text as the value of a label.
pub fn is_label_value(text: &str) -> bool {
    let edge = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.is_empty()
        || text.len() <= 63
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
            && edge(text.bytes().next())
            && edge(text.bytes().last())
}

/// RFC 3986 as far as it catches mistakes: a scheme, then something without blanks; after `//`, a host.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let scheme_fits = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'));
    let has_host = rest.strip_prefix("//").is_none_or(|rest| !rest.is_empty() && !rest.starts_with(['/', ':', '?']));
    scheme_fits && !rest.is_empty() && has_host && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// Go's `time.ParseDuration`: signed decimals, each with its unit; a bare `0` needs none.
fn is_duration(text: &str) -> bool {
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return true;
    }
    let mut parts = 0;
    while !rest.is_empty() {
        let (number, after) = split_number(rest);
        if !is_decimal(number) {
            return false;
        }
        let units = ["ns", "us", "µs", "μs", "ms", "s", "m", "h"];
        let Some(next) = units.iter().find_map(|unit| after.strip_prefix(unit)) else { return false };
        rest = next;
        parts += 1;
    }
    parts > 0
}

/// Kubernetes' `resource.Quantity`: a signed decimal and a decimal or binary suffix, or an exponent.
fn is_quantity(text: &str) -> bool {
    let (number, suffix) = split_number(text.strip_prefix(['+', '-']).unwrap_or(text));
    let suffixes = ["", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
    let is_exponent = || {
        suffix.strip_prefix(['e', 'E']).is_some_and(|exponent| {
            let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    is_decimal(number) && (suffixes.contains(&suffix) || is_exponent())
}

fn split_number(text: &str) -> (&str, &str) {
    let end = text.bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'.').count();
    text.split_at(end)
}

/// Digits with at most one point, and at least one digit.
fn is_decimal(text: &str) -> bool {
    text.bytes().filter(|&byte| byte == b'.').count() <= 1 && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A schedule of a `CronJob`: five fields, or one of the `@` words.
fn is_cron(text: &str) -> bool {
    const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
    if let Some(word) = text.strip_prefix('@') {
        let words = ["yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly"];
        return words.contains(&word) || word.strip_prefix("every ").is_some_and(is_duration);
    }
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [minute, hour, day, month, weekday] = fields[..] else { return false };
    is_cron_field(minute, 0, 59, &[])
        && is_cron_field(hour, 0, 23, &[])
        && is_cron_field(day, 1, 31, &[])
        && is_cron_field(month, 1, 12, MONTHS)
        && is_cron_field(weekday, 0, 6, DAYS)
}

/// A list of `*`, `?`, numbers, names and ranges, each with an optional step. The first name stands for the least value.
fn is_cron_field(field: &str, least: u32, most: u32, names: &[&str]) -> bool {
    let value = |text: &str| -> Option<u32> {
        let lower = text.to_ascii_lowercase();
        let named = names.iter().position(|name| *name == lower).and_then(|at| u32::try_from(at).ok());
        let value = named.map(|at| at + least).or_else(|| text.parse().ok())?;
        (least..=most).contains(&value).then_some(value)
    };
    field.split(',').all(|part| {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        let range_fits = match range.split_once('-') {
            Some((from, to)) => value(from).zip(value(to)).is_some_and(|(from, to)| from <= to),
            None => matches!(range, "*" | "?") || value(range).is_some(),
        };
        range_fits && step.is_none_or(|step| step.parse::<u32>().is_ok_and(|step| step > 0))
    })
}
