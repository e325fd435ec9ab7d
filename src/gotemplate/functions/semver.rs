//! Semantic versions and constraints on them, as the library behind sprig and Helm reads them.
//!
//! Prereleases fit a constraint only if it names one. `~1.2` fits 1.2.x, `^1.2` fits 1.x from 1.2.0, `1.2` and `1.2.x` fit 1.2.x, `1.2 - 2` lies between both.

use std::{cmp::Ordering, fmt, rc::Rc};

use super::{Group, exactly};
use crate::gotemplate::data::Data;

pub(super) const FUNCTIONS: Group = &[
    exactly("semver", 1, |arguments| {
        let text = arguments.string(0)?;
        let version = Version::parse(&text).ok_or_else(|| format!("`{text}` is no semantic version"))?;
        Ok(Data::Version(Rc::new(version)))
    }),
    exactly("semverCompare", 2, |arguments| {
        let (constraint, text) = (arguments.string(0)?, arguments.string(1)?);
        let constraints = parse_constraints(&constraint).ok_or_else(|| format!("`{constraint}` is no constraint"))?;
        let version = Version::parse(&text).ok_or_else(|| format!("`{text}` is no semantic version"))?;
        Ok(constraints.iter().any(|all| all.iter().all(|one| one.fits(&version))).into())
    }),
];

/// A semantic version; minor and patch may be left out in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    numbers: [u64; 3],
    prerelease: String,
    metadata: String,
    original: String,
}

impl Version {
    /// Reads `v1.2.3-rc.1+build`, `1.2`, `1`.
    pub fn parse(text: &str) -> Option<Self> {
        let bare = text.strip_prefix('v').unwrap_or(text);
        let (bare, metadata) = bare.split_once('+').map_or((bare, None), |(bare, data)| (bare, Some(data)));
        let (core, prerelease) = bare.split_once('-').map_or((bare, None), |(core, pre)| (core, Some(pre)));
        let mut numbers = [0; 3];
        let parts: Vec<&str> = core.split('.').collect();
        if parts.len() > 3 {
            return None;
        }
        for (number, part) in numbers.iter_mut().zip(parts) {
            if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            *number = part.parse().ok()?;
        }
        let identifiers = |text: &str| {
            text.split('.')
                .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
        };
        let no_leading_zero = |text: &str| {
            text.split('.')
                .all(|part| part.len() < 2 || !part.starts_with('0') || part.bytes().any(|byte| !byte.is_ascii_digit()))
        };
        if prerelease.is_some_and(|text| !identifiers(text) || !no_leading_zero(text))
            || metadata.is_some_and(|text| !identifiers(text))
        {
            return None;
        }
        let owned = |text: Option<&str>| text.unwrap_or_default().to_owned();
        Some(Self { numbers, prerelease: owned(prerelease), metadata: owned(metadata), original: text.to_owned() })
    }

    /// What a template reads: `Major`, `Minor`, `Patch`, `Prerelease`, `Metadata`, `Original`, `String`.
    pub(in crate::gotemplate) fn field(&self, name: &str) -> Option<Data> {
        let number = |number: u64| Data::Int64(i64::try_from(number).unwrap_or(i64::MAX));
        Some(match name {
            "Major" => number(self.numbers[0]),
            "Minor" => number(self.numbers[1]),
            "Patch" => number(self.numbers[2]),
            "Prerelease" => self.prerelease.as_str().into(),
            "Metadata" => self.metadata.as_str().into(),
            "Original" => self.original.as_str().into(),
            "String" => self.to_string().into(),
            _ => return None,
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if !self.prerelease.is_empty() {
            write!(f, "-{}", self.prerelease)?;
        }
        if self.metadata.is_empty() { Ok(()) } else { write!(f, "+{}", self.metadata) }
    }
}

/// Precedence; build metadata has none.
fn precedence(a: &Version, b: &Version) -> Ordering {
    a.numbers.cmp(&b.numbers).then_with(|| match (a.prerelease.is_empty(), b.prerelease.is_empty()) {
        (true, true) => Ordering::Equal,
        (true, false) => Ordering::Greater,
        (false, true) => Ordering::Less,
        (false, false) => prerelease_order(&a.prerelease, &b.prerelease),
    })
}

fn prerelease_order(a: &str, b: &str) -> Ordering {
    let (mut left, mut right) = (a.split('.'), b.split('.'));
    loop {
        let order = match (left.next(), right.next()) {
            (None, None) => return Ordering::Equal,
            (None, Some(_)) => Ordering::Less,
            (Some(_), None) => Ordering::Greater,
            (Some(a), Some(b)) => match (a.parse::<u64>(), b.parse::<u64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                (Ok(_), Err(_)) => Ordering::Less,
                (Err(_), Ok(_)) => Ordering::Greater,
                (Err(_), Err(_)) => a.cmp(b),
            },
        };
        if order != Ordering::Equal {
            return order;
        }
    }
}

/// How many numbers a constraint names; the others stand for any.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Precision {
    Any,
    Major,
    Minor,
    Patch,
}

#[derive(Debug)]
struct Constraint {
    operator: &'static str,
    version: Version,
    precision: Precision,
}

const OPERATORS: [&str; 11] = ["!=", ">=", "=>", "<=", "=<", "~>", "=", ">", "<", "~", "^"];

/// Alternatives, each of constraints that must all fit; `None` if the text is none.
fn parse_constraints(text: &str) -> Option<Vec<Vec<Constraint>>> {
    text.split("||").map(parse_all).collect()
}

fn parse_all(text: &str) -> Option<Vec<Constraint>> {
    let spaced = text.replace(',', " ");
    let mut words = spaced.split_whitespace().peekable();
    let mut found = Vec::new();
    while let Some(word) = words.next() {
        let operator = OPERATORS.into_iter().find(|operator| word.starts_with(operator)).unwrap_or("");
        let mut rest = &word[operator.len()..];
        if rest.is_empty() {
            rest = words.next()?;
        }
        if operator.is_empty() && words.next_if(|next| *next == "-").is_some() {
            found.push(parse_one(">=", rest)?);
            found.push(parse_one("<=", words.next()?)?);
        } else {
            found.push(parse_one(operator, rest)?);
        }
    }
    (!found.is_empty()).then_some(found)
}

fn parse_one(operator: &'static str, text: &str) -> Option<Constraint> {
    let bare = text.strip_prefix('v').unwrap_or(text);
    let end = bare.find(['-', '+']).unwrap_or(bare.len());
    let (core, suffix) = bare.split_at(end);
    let parts: Vec<&str> = core.split('.').collect();
    let named = parts.iter().take_while(|part| !matches!(**part, "x" | "X" | "*")).count();
    let valid = parts.len() <= 3
        && parts.iter().all(|part| {
            matches!(*part, "x" | "X" | "*") || !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit())
        });
    if !valid {
        return None;
    }
    let precision = match named {
        0 => Precision::Any,
        1 => Precision::Major,
        2 => Precision::Minor,
        _ => Precision::Patch,
    };
    let known = parts.get(..named).unwrap_or_default().join(".");
    let full = match precision {
        Precision::Any => format!("0.0.0{suffix}"),
        _ => format!("{known}{suffix}"),
    };
    Some(Constraint { operator, version: Version::parse(&full)?, precision })
}

impl Constraint {
    fn fits(&self, version: &Version) -> bool {
        let own = &self.version;
        let exact = self.precision == Precision::Patch;
        let releases_only = !version.prerelease.is_empty() && own.prerelease.is_empty();
        if releases_only && !(self.operator == "!=" && exact) && !(self.operator.is_empty() || self.operator == "=") {
            return false;
        }
        let order = precedence(version, own);
        let [major, minor, _] = version.numbers;
        let [own_major, own_minor, own_patch] = own.numbers;
        match self.operator {
            "!=" if exact => order != Ordering::Equal,
            "!=" => !self.covers(version),
            ">" => match self.precision {
                Precision::Patch => order == Ordering::Greater,
                Precision::Minor => (major, minor) > (own_major, own_minor),
                _ => major > own_major,
            },
            "<" => order == Ordering::Less,
            ">=" | "=>" => order != Ordering::Less,
            "<=" | "=<" => match self.precision {
                Precision::Patch => order != Ordering::Greater,
                Precision::Minor => (major, minor) <= (own_major, own_minor),
                _ => major <= own_major,
            },
            "^" => {
                order != Ordering::Less
                    && match self.precision {
                        Precision::Any => own_major == major,
                        _ if own_major > 0 || self.precision == Precision::Major => major == own_major,
                        _ if major > 0 => false,
                        _ if own_minor > 0 || self.precision == Precision::Minor => minor == own_minor,
                        _ => minor == 0 && version.numbers[2] == own_patch,
                    }
            }
            "" | "=" if exact => order == Ordering::Equal,
            _ => !releases_only && self.covers(version),
        }
    }

    /// `~`: the numbers that are named are the same, except the last, which is the least.
    fn covers(&self, version: &Version) -> bool {
        if precedence(version, &self.version) == Ordering::Less {
            return false;
        }
        let [major, minor, _] = version.numbers;
        let [own_major, own_minor, _] = self.version.numbers;
        match self.precision {
            Precision::Any => true,
            Precision::Major => major == own_major,
            _ => (major, minor) == (own_major, own_minor),
        }
    }
}
