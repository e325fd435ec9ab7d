//! Points and spans of time. The clock is never read: what would need the present is refused. Local time is UTC, as in a controller's container.

use std::fmt;

use super::{Arguments, Group, exactly, math::to_int};
use crate::{
    gotemplate::data::Data,
    text::{date_of, days_since_1970},
};

pub(super) const FUNCTIONS: Group = &[
    exactly("date", 2, |arguments| written(arguments, &arguments.string(0)?, 1, None)),
    exactly("dateInZone", 3, |arguments| written(arguments, &arguments.string(0)?, 1, Some(2))),
    exactly("date_in_zone", 3, |arguments| written(arguments, &arguments.string(0)?, 1, Some(2))),
    exactly("htmlDate", 1, |arguments| written(arguments, "2006-01-02", 0, None)),
    exactly("htmlDateInZone", 2, |arguments| written(arguments, "2006-01-02", 0, Some(1))),
    exactly("dateModify", 2, |arguments| modify(arguments, false)),
    exactly("date_modify", 2, |arguments| modify(arguments, false)),
    exactly("mustDateModify", 2, |arguments| modify(arguments, true)),
    exactly("must_date_modify", 2, |arguments| modify(arguments, true)),
    exactly("toDate", 2, |arguments| {
        let (layout, text) = (arguments.string(0)?, arguments.string(1)?);
        Ok(Data::Time(Time::parse(&layout, &text).unwrap_or(Time::ZERO)))
    }),
    exactly("mustToDate", 2, |arguments| {
        let (layout, text) = (arguments.string(0)?, arguments.string(1)?);
        Time::parse(&layout, &text).map(Data::Time).ok_or_else(|| format!("`{text}` is no date of the form `{layout}`"))
    }),
    exactly("unixEpoch", 1, |arguments| Ok(time(arguments, 0)?.seconds.to_string().into())),
    exactly("duration", 1, |arguments| {
        let seconds = match arguments.any(0) {
            Data::Str(text) => text.parse().unwrap_or(0),
            Data::Int64(seconds) => seconds,
            _ => 0,
        };
        Ok(Duration(seconds.saturating_mul(SECOND)).to_string().into())
    }),
    exactly("durationRound", 1, |arguments| {
        Ok(match arguments.any(0) {
            Data::Str(text) => rounded(Duration::parse(&text).unwrap_or(Duration(0))),
            Data::Int64(nanos) => rounded(Duration(nanos)),
            Data::Time(_) => return Err("not supported: it gives another result at another time".to_owned()),
            _ => rounded(Duration(0)),
        }
        .into())
    }),
];

const SECOND: i64 = 1_000_000_000;

/// A point in time, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    /// Seconds since 1970.
    pub seconds: i64,
    /// Nanoseconds after that.
    pub nanos: u32,
}

/// A span of time in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Duration(pub i64);

fn time(arguments: &Arguments, index: usize) -> Result<Time, String> {
    match arguments.any(index) {
        Data::Time(time) => Ok(time),
        other => Err(format!("argument {} must be a time.Time, not {}", index + 1, other.type_name())),
    }
}

fn written(arguments: &Arguments, layout: &str, index: usize, zone: Option<usize>) -> Result<Data, String> {
    let time = match arguments.any(index) {
        Data::Time(time) => time,
        number @ (Data::Int(_) | Data::Int64(_)) => Time { seconds: to_int(&number), nanos: 0 },
        other => return Err(format!("not supported: a {} stands for the present", other.type_name())),
    };
    if let Some(zone) = zone {
        let zone = arguments.string(zone)?;
        if !matches!(zone.as_str(), "" | "UTC" | "Local" | "GMT" | "Etc/UTC") {
            return Err(format!("not supported: the time zone `{zone}`"));
        }
    }
    Ok(time.format(layout).into())
}

fn modify(arguments: &mut Arguments, strict: bool) -> Result<Data, String> {
    let (text, time) = (arguments.string(0)?, time(arguments, 1)?);
    match Duration::parse(&text) {
        Some(Duration(nanos)) => {
            let total = i64::from(time.nanos) + nanos.rem_euclid(SECOND);
            let seconds = time.seconds.saturating_add(nanos.div_euclid(SECOND)).saturating_add(total / SECOND);
            Ok(Data::Time(Time { seconds, nanos: u32::try_from(total % SECOND).unwrap_or(0) }))
        }
        None if strict => Err(format!("`{text}` is no duration")),
        None => Ok(Data::Time(time)),
    }
}

impl Duration {
    /// Reads `-1h30m`, `1.5h`, `300ms`.
    fn parse(text: &str) -> Option<Self> {
        let (negative, mut rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if rest == "0" {
            return Some(Self(0));
        }
        let mut nanos = 0.0_f64;
        if rest.is_empty() {
            return None;
        }
        while !rest.is_empty() {
            let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
            let number: f64 = rest[..end].parse().ok()?;
            rest = &rest[end..];
            let end = rest.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(rest.len());
            let unit = match &rest[..end] {
                "ns" => 1.0,
                "us" | "µs" | "μs" => 1e3,
                "ms" => 1e6,
                "s" => 1e9,
                "m" => 60e9,
                "h" => 3600e9,
                _ => return None,
            };
            nanos += number * unit;
            rest = &rest[end..];
        }
        #[expect(clippy::cast_possible_truncation, reason = "too large spans stop at the largest")]
        Some(Self((if negative { -nanos } else { nanos }) as i64))
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let fraction = |value: u64, unit: u64| {
            let width = unit.to_string().len() - 1;
            let rest = format!("{:0>width$}", value % unit);
            let rest = rest.trim_end_matches('0');
            if unit == 1 || rest.is_empty() { format!("{}", value / unit) } else { format!("{}.{rest}", value / unit) }
        };
        match size {
            0 => write!(f, "0s"),
            1..1_000 => write!(f, "{sign}{size}ns"),
            1_000..1_000_000 => write!(f, "{sign}{}µs", fraction(size, 1_000)),
            1_000_000..1_000_000_000 => write!(f, "{sign}{}ms", fraction(size, 1_000_000)),
            _ => {
                let seconds = size / 1_000_000_000;
                let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
                let rest = fraction(size % 60_000_000_000, 1_000_000_000);
                match (hours, minutes) {
                    (0, 0) => write!(f, "{sign}{rest}s"),
                    (0, minutes) => write!(f, "{sign}{minutes}m{rest}s"),
                    (hours, minutes) => write!(f, "{sign}{hours}h{minutes}m{rest}s"),
                }
            }
        }
    }
}

/// The largest unit alone: `3d`.
fn rounded(duration: Duration) -> String {
    let size = duration.0.unsigned_abs();
    let hour = 3_600_000_000_000;
    let units = [
        ("y", hour * 24 * 365),
        ("mo", hour * 24 * 30),
        ("d", hour * 24),
        ("h", hour),
        ("m", hour / 60),
        ("s", hour / 3600),
    ];
    let found = units.into_iter().find(|(_, unit)| size > *unit);
    found.map_or_else(|| "0s".to_owned(), |(name, unit)| format!("{}{name}", size / unit))
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// The elements of a layout; longer ones stand before those that they begin with.
const ELEMENTS: [&str; 32] = [
    "January",
    "Monday",
    "MST",
    "Jan",
    "Mon",
    "2006",
    "Z070000",
    "Z07:00:00",
    "Z07:00",
    "Z0700",
    "Z07",
    "-07:00:00",
    "-070000",
    "-07:00",
    "-0700",
    "-07",
    "002",
    "01",
    "02",
    "03",
    "04",
    "05",
    "06",
    "15",
    "__2",
    "_2",
    "PM",
    "pm",
    "1",
    "2",
    "3",
    "4",
];

/// The first element of a layout: what stands before it, the element, what stands after it. A fraction of a second is an element, too.
fn next_element(layout: &str) -> Option<(&str, &str, &str)> {
    for at in 0..layout.len() {
        let Some(rest) = layout.get(at..) else { continue };
        let fraction = rest.strip_prefix(['.', ',']).map_or(0, |digits| {
            let zeros = digits.bytes().take_while(|byte| *byte == b'0').count();
            let nines = digits.bytes().take_while(|byte| *byte == b'9').count();
            let count = zeros.max(nines);
            let ends = !digits[count..].starts_with(|c: char| c.is_ascii_digit());
            if count > 0 && ends { count + 1 } else { 0 }
        });
        if fraction > 0 {
            return Some((&layout[..at], &rest[..fraction], &rest[fraction..]));
        }
        let found = ELEMENTS.iter().chain(&["5"]).find(|element| rest.starts_with(**element));
        if let Some(element) = found {
            // `Jan` and `Mon` are elements only where no lower-case letter follows.
            let word = matches!(*element, "Jan" | "Mon");
            if word && rest[element.len()..].starts_with(|c: char| c.is_ascii_lowercase()) {
                continue;
            }
            return Some((&layout[..at], element, &rest[element.len()..]));
        }
    }
    None
}

fn name(names: &'static [&'static str], index: i64) -> &'static str {
    usize::try_from(index).ok().and_then(|index| names.get(index)).copied().unwrap_or_default()
}

impl Time {
    /// The first of January in the year 1, which stands for no time.
    const ZERO: Self = Self { seconds: -62_135_596_800, nanos: 0 };

    /// Writes it in a layout of Go's.
    pub fn format(self, layout: &str) -> String {
        let mut out = String::new();
        let mut rest = layout;
        while let Some((before, element, after)) = next_element(rest) {
            out.push_str(before);
            out.push_str(&self.element(element));
            rest = after;
        }
        out + rest
    }

    fn element(self, element: &str) -> String {
        let days = self.seconds.div_euclid(86_400);
        let of_day = self.seconds.rem_euclid(86_400);
        let (year, month, day) = date_of(days);
        let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
        let twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
        let (month_name, day_name) = (name(&MONTHS, month - 1), name(&DAYS, (days + 4).rem_euclid(7)));
        match element {
            "January" => month_name.to_owned(),
            "Jan" => month_name.get(..3).unwrap_or_default().to_owned(),
            "Monday" => day_name.to_owned(),
            "Mon" => day_name.get(..3).unwrap_or_default().to_owned(),
            "MST" => "UTC".to_owned(),
            "2006" => format!("{year:04}"),
            "06" => format!("{:02}", year.rem_euclid(100)),
            "01" => format!("{month:02}"),
            "1" => month.to_string(),
            "02" => format!("{day:02}"),
            "_2" => format!("{day:>2}"),
            "2" => day.to_string(),
            "002" => format!("{:03}", days - days_since_1970(year, 1, 1) + 1),
            "__2" => format!("{:>3}", days - days_since_1970(year, 1, 1) + 1),
            "15" => format!("{hour:02}"),
            "03" => format!("{twelve:02}"),
            "3" => twelve.to_string(),
            "04" => format!("{minute:02}"),
            "4" => minute.to_string(),
            "05" => format!("{second:02}"),
            "5" => second.to_string(),
            "PM" => if hour < 12 { "AM" } else { "PM" }.to_owned(),
            "pm" => if hour < 12 { "am" } else { "pm" }.to_owned(),
            zone if zone.starts_with('Z') => "Z".to_owned(),
            zone if zone.starts_with('-') => zone.replace('-', "+").replace('7', "0"),
            fraction => self.fraction(fraction),
        }
    }

    fn fraction(self, element: &str) -> String {
        let digits = format!("{:09}", self.nanos);
        let digits = digits.get(..(element.len() - 1).min(9)).unwrap_or(&digits);
        if !element.contains('9') {
            return format!(".{digits}");
        }
        let digits = digits.trim_end_matches('0');
        if digits.is_empty() { String::new() } else { format!(".{digits}") }
    }

    /// Reads it in a layout of Go's; `None` if the text has another form or names a day that does not exist.
    pub fn parse(layout: &str, text: &str) -> Option<Self> {
        let mut parts =
            Parts { year: 0, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanos: 0, pm: None, offset: 0 };
        let (mut layout, mut text) = (layout, text);
        while let Some((before, element, after)) = next_element(layout) {
            text = text.strip_prefix(before)?;
            text = parts.read(element, text)?;
            layout = after;
        }
        (text == layout).then(|| parts.time()).flatten()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.format("2006-01-02 15:04:05.999999999 -0700 MST"))
    }
}

struct Parts {
    year: i64,
    month: i64,
    day: i64,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: u32,
    pm: Option<bool>,
    offset: i64,
}

fn digits(text: &str, least: usize, most: usize) -> Option<(i64, &str)> {
    let count = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    if count < least {
        return None;
    }
    let (number, rest) = text.split_at(count);
    Some((number.parse().ok()?, rest))
}

fn named<'a>(names: &[&str], text: &'a str, length: Option<usize>) -> Option<(i64, &'a str)> {
    names.iter().zip(0..).find_map(|(name, index)| {
        let name = length.map_or(*name, |length| &name[..length]);
        let head = text.get(..name.len()).filter(|head| head.eq_ignore_ascii_case(name))?;
        Some((index, &text[head.len()..]))
    })
}

impl Parts {
    fn read<'a>(&mut self, element: &str, text: &'a str) -> Option<&'a str> {
        let (slot, (value, mut rest)) = match element {
            "January" => (&mut self.month, named(&MONTHS, text, None).map(|(index, rest)| (index + 1, rest))?),
            "Jan" => (&mut self.month, named(&MONTHS, text, Some(3)).map(|(index, rest)| (index + 1, rest))?),
            "Monday" => return named(&DAYS, text, None).map(|(_, rest)| rest),
            "Mon" => return named(&DAYS, text, Some(3)).map(|(_, rest)| rest),
            "2006" => (&mut self.year, digits(text, 4, 4)?),
            "06" => {
                let (year, rest) = digits(text, 2, 2)?;
                (&mut self.year, (year + if year < 69 { 2000 } else { 1900 }, rest))
            }
            "01" => (&mut self.month, digits(text, 2, 2)?),
            "1" => (&mut self.month, digits(text, 1, 2)?),
            "02" => (&mut self.day, digits(text, 2, 2)?),
            "_2" => (&mut self.day, digits(text.trim_start_matches(' '), 1, 2)?),
            "2" => (&mut self.day, digits(text, 1, 2)?),
            "15" | "03" => (&mut self.hour, digits(text, 2, 2)?),
            "3" => (&mut self.hour, digits(text, 1, 2)?),
            "04" => (&mut self.minute, digits(text, 2, 2)?),
            "4" => (&mut self.minute, digits(text, 1, 2)?),
            "05" => (&mut self.second, digits(text, 2, 2)?),
            "5" => (&mut self.second, digits(text, 1, 2)?),
            "PM" | "pm" => {
                let (index, rest) = named(&["AM", "PM"], text, None)?;
                self.pm = Some(index == 1);
                return Some(rest);
            }
            "MST" => return ["UTC", "GMT"].into_iter().find_map(|zone| text.strip_prefix(zone)),
            zone if zone.starts_with('Z') && text.starts_with('Z') => return text.strip_prefix('Z'),
            zone if zone.starts_with(['Z', '-']) => return self.zone(zone, text),
            _ => return self.fraction(text),
        };
        *slot = value;
        // Seconds may have a fraction that the layout does not mention.
        if matches!(element, "05" | "5") && rest.starts_with(['.', ',']) {
            rest = self.fraction(rest).unwrap_or(rest);
        }
        Some(rest)
    }

    fn fraction<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        let after = text.strip_prefix(['.', ','])?;
        let count = after.bytes().take_while(u8::is_ascii_digit).count();
        let nine: String = after[..count].chars().chain(std::iter::repeat('0')).take(9).collect();
        self.nanos = nine.parse().ok().filter(|_| count > 0)?;
        Some(&after[count..])
    }

    fn zone<'a>(&mut self, element: &str, text: &'a str) -> Option<&'a str> {
        let sign = if text.starts_with('-') { -1 } else { 1 };
        let (hours, mut rest) = digits(text.strip_prefix(['+', '-'])?, 2, 2)?;
        let mut minutes = 0;
        if element.len() > 3 {
            if element.contains(':') {
                rest = rest.strip_prefix(':')?;
            }
            (minutes, rest) = digits(rest, 2, 2)?;
        }
        self.offset = sign * (hours * 3600 + minutes * 60);
        Some(rest)
    }

    fn time(mut self) -> Option<Time> {
        match self.pm {
            Some(true) if self.hour < 12 => self.hour += 12,
            Some(false) if self.hour == 12 => self.hour = 0,
            _ => {}
        }
        let days = days_since_1970(self.year, self.month, self.day);
        let exists = (1..=12).contains(&self.month) && date_of(days) == (self.year, self.month, self.day);
        if !exists || self.hour > 23 || self.minute > 59 || self.second > 59 {
            return None;
        }
        let seconds = days * 86_400 + self.hour * 3600 + self.minute * 60 + self.second - self.offset;
        Some(Time { seconds, nanos: self.nanos })
    }
}
